// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
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
record JudgeRecipe(WorldJudge source, Device device, Console console) implements RunRecipe {
  private static final long WEIGHTS = 41;

  @Override
  public String command() {
    return "world train judge";
  }

  @Override
  public String scores(RunFolder folder) {
    return WorldRecord.scores(folder);
  }

  @Override
  public RunSession<AttributeTrainingConfig> open(RunFolder folder, Start start, int most) {
    int count = Math.min(most, source.scenes().training());
    WorldRecord.announce(console, count, source.scenes());
    AttributeClassifier network = new AttributeClassifier(source.model());
    network.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
    LabelledSplit training = SceneSet.JUDGE.labelled(Split.TRAIN, count);
    LabelledSplit validation =
        SceneSet.JUDGE.labelled(Split.VALIDATION, source.scenes().validation());
    WorldRecord record = WorldRecord.of(device, training.fingerprint(), validation.fingerprint());
    return new Opened(source, folder, network, training, validation, record);
  }

  private record Opened(
      WorldJudge source,
      RunFolder folder,
      AttributeClassifier network,
      LabelledSplit training,
      LabelledSplit validation,
      WorldRecord record)
      implements SceneSession<AttributeTrainingConfig> {
    @Override
    public AttributeClassifierConfig model() {
      return network.config();
    }

    @Override
    public int allSamples() {
      return source.scenes().training();
    }

    @Override
    public long trainableCount() {
      return network.parameterCount();
    }

    @Override
    public TrainingResult train(
        AttributeTrainingConfig recipe, RunControl control, boolean resumed) {
      AttributeTrainer trainer = new AttributeTrainer(recipe, control);
      return resumed
          ? trainer.resume(network, training, validation)
          : trainer.train(network, training, validation);
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.roundToHalves(file, network, model().metadata());
      LabelledSplit test = SceneSet.JUDGE.labelled(Split.TEST, source.scenes().test());
      WorldFiles.writeScores(folder, new AttributeTrainer(source.training()).score(network, test));
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
