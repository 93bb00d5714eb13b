// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
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
record ClipRecipe(WorldClip source, Device device, Console console) implements RunRecipe {
  private static final long WEIGHTS = 37;

  @Override
  public String command() {
    return "world train clip";
  }

  @Override
  public String scores(RunFolder folder) {
    return WorldRecord.scores(folder);
  }

  @Override
  public RunSession<ClipTrainingConfig> open(RunFolder folder, Start start, int most) {
    int count = Math.min(most, source.scenes().training());
    WorldRecord.announce(console, count, source.scenes());
    ClipTowers towers =
        ClipTowers.initialize(
            source.model(),
            SceneWords.TASK,
            source.textWidth(),
            device,
            NoiseSource.seeded(source.training().seed(), WEIGHTS));
    DescribedSplit training = scenes(source, Split.TRAIN, count);
    DescribedSplit validation = scenes(source, Split.VALIDATION, source.scenes().validation());
    WorldRecord record = WorldRecord.of(device, training.fingerprint(), validation.fingerprint());
    return new Opened(source, folder, towers, training, validation, record);
  }

  private static DescribedSplit scenes(WorldClip source, Split split, int count) {
    return SceneSet.WORLD.described(split, count, source.model().patches().side());
  }

  private record Opened(
      WorldClip source,
      RunFolder folder,
      ClipTowers towers,
      DescribedSplit training,
      DescribedSplit validation,
      WorldRecord record)
      implements SceneSession<ClipTrainingConfig> {
    @Override
    public VisionTransformerConfig model() {
      return towers.vision().config();
    }

    @Override
    public int allSamples() {
      return source.scenes().training();
    }

    @Override
    public long trainableCount() {
      return towers.trainableCount();
    }

    @Override
    public TrainingResult train(ClipTrainingConfig recipe, RunControl control, boolean resumed) {
      ClipTrainer trainer = new ClipTrainer(recipe, control);
      return resumed
          ? trainer.resume(towers, training, validation)
          : trainer.train(towers, training, validation);
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.roundToHalves(file, towers.vision(), model().metadata());
      DescribedSplit test = scenes(source, Split.TEST, source.scenes().test());
      WorldFiles.writeScores(folder, new ClipTrainer(source.training()).score(towers, test));
    }

    @Override
    public void close() {
      towers.close();
    }
  }
}
