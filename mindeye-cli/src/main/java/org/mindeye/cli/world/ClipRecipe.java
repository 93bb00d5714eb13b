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
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.RunControl;
import org.mindeye.training.clip.ClipTowers;
import org.mindeye.training.clip.ClipTrainer;
import org.mindeye.training.clip.ClipTrainingConfig;
import org.mindeye.training.clip.DescribedSplit;

/**
 * What {@code mindeye world train clip} trains: an image tower.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record ClipRecipe(WorldClip source, Device device, Console console)
    implements SceneRecipe<ClipTrainingConfig, ClipTowers, DescribedSplit> {
  private static final long WEIGHTS = 37;

  @Override
  public String command() {
    return "world train clip";
  }

  @Override
  public DescribedSplit scenes(Split split, int count) {
    return SceneSet.WORLD.described(split, count, source.model().patches().side());
  }

  @Override
  public DataFingerprint fingerprint(DescribedSplit scenes) {
    return scenes.fingerprint();
  }

  @Override
  public ClipTowers initialized() {
    return ClipTowers.initialize(
        source.model(),
        SceneWords.TASK,
        source.textWidth(),
        device,
        NoiseSource.seeded(source.training().seed(), WEIGHTS));
  }

  @Override
  public List<Network> networks(ClipTowers towers) {
    return towers.networks();
  }

  @Override
  public Training<ClipTowers, DescribedSplit> training(
      ClipTrainingConfig recipe, RunControl control, boolean resumed) {
    ClipTrainer trainer = new ClipTrainer(recipe, control);
    return resumed ? trainer::resume : trainer::train;
  }

  @Override
  public void write(Path file, SceneSession<ClipTrainingConfig, ClipTowers, DescribedSplit> run)
      throws IOException {
    ClipTowers towers = run.trained();
    WorldFiles.roundToHalves(file, towers.vision(), source.model().metadata());
    ClipTrainer trainer = new ClipTrainer(source.training());
    WorldFiles.writeScores(run.folder(), trainer.score(towers, run.splits().test()));
  }
}
