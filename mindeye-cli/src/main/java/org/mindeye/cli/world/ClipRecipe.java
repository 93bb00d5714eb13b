// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.training.ProcessRecord;
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
  public int epochs() {
    return source.training().epochs();
  }

  @Override
  public int samplesPerStep() {
    return Math.multiplyExact(
        source.training().batchSize(), source.training().optimizer().accumulation());
  }

  @Override
  public SavingConfig saving() {
    return source.checkpoints();
  }

  @Override
  public Session open(RunFolder folder, Start start, int most) {
    int training = Math.min(most, source.scenes().training());
    WorldRecord.announce(console, training, source.scenes());
    return new Opened(
        this,
        folder,
        ClipTowers.initialize(
            source.model(),
            SceneWords.TASK,
            source.textWidth(),
            device,
            NoiseSource.seeded(source.training().seed(), WEIGHTS)),
        scenes(Split.TRAIN, training),
        scenes(Split.VALIDATION, source.scenes().validation()));
  }

  private DescribedSplit scenes(Split split, int count) {
    return SceneSet.WORLD.described(split, count, source.model().patches().side());
  }

  private record Opened(
      ClipRecipe recipe,
      RunFolder folder,
      ClipTowers towers,
      DescribedSplit training,
      DescribedSplit validation)
      implements Session {
    @Override
    public VisionTransformerConfig model() {
      return towers.vision().config();
    }

    @Override
    public WorldRecord record() {
      return new WorldRecord(
          ProcessRecord.of(recipe.device), training.fingerprint(), validation.fingerprint());
    }

    @Override
    public void requireBegun(RunFolder begun) throws IOException {
      record().requireBegun(begun);
    }

    @Override
    public int samples() {
      return training.pictures().size();
    }

    @Override
    public int allSamples() {
      return recipe.source.scenes().training();
    }

    @Override
    public long trainableCount() {
      return towers.trainableCount();
    }

    @Override
    public TrainingResult train(Course course) {
      return trainer(config(), course).train(towers, training, validation);
    }

    @Override
    public TrainingResult resume(Course course) {
      return trainer(config(), course).resume(towers, training, validation);
    }

    @Override
    public TrainingResult rehearse(Course course) {
      ClipTrainingConfig once =
          config().withOptimizer(RunRecipe.shortened(config().optimizer())).withEpochs(1);
      return trainer(once, course).train(towers, training, validation);
    }

    private ClipTrainingConfig config() {
      return recipe.source.training();
    }

    private static ClipTrainer trainer(ClipTrainingConfig config, Course course) {
      return new ClipTrainer(config, course.listeners())
          .withCheckpoints(course.checkpoints())
          .stoppingWhen(course.stop());
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.roundToHalves(file, towers.vision(), model().metadata());
      DescribedSplit test = recipe.scenes(Split.TEST, recipe.source.scenes().test());
      WorldFiles.writeScores(folder, new ClipTrainer(config()).score(towers, test));
    }

    @Override
    public void close() {
      towers.close();
    }
  }
}
