// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.cli.console.Console;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.RunControl;
import org.mindeye.training.attributes.AttributeTrainer;
import org.mindeye.training.attributes.AttributeTrainingConfig;
import org.mindeye.training.attributes.LabelledSplit;

/**
 * What {@code mindeye world train judge} trains: the judge.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record JudgeRecipe(WorldJudge source, Device device, Console console)
    implements SceneRecipe<AttributeTrainingConfig, AttributeClassifier, LabelledSplit> {
  private static final long WEIGHTS = 41;

  @Override
  public String command() {
    return "world train judge";
  }

  @Override
  public LabelledSplit scenes(Split split, int count) {
    return SceneSet.JUDGE.labelled(split, count);
  }

  @Override
  public DataFingerprint fingerprint(LabelledSplit scenes) {
    return scenes.fingerprint();
  }

  @Override
  public AttributeClassifier initialized() {
    AttributeClassifier network = new AttributeClassifier(source.model());
    network.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
    return network;
  }

  @Override
  public List<Network> networks(AttributeClassifier network) {
    return List.of(network);
  }

  @Override
  public Training<AttributeClassifier, LabelledSplit> training(
      AttributeTrainingConfig recipe, RunControl control, boolean resumed) {
    AttributeTrainer trainer = new AttributeTrainer(recipe, control);
    return resumed ? trainer::resume : trainer::train;
  }

  @Override
  public void write(
      Path file, SceneSession<AttributeTrainingConfig, AttributeClassifier, LabelledSplit> run)
      throws IOException {
    AttributeClassifier network = run.trained();
    WorldFiles.roundToHalves(file, network, source.model().metadata());
    AttributeTrainer trainer = new AttributeTrainer(source.training());
    WorldFiles.writeScores(run.folder(), trainer.score(network, run.splits().test()));
  }
}
