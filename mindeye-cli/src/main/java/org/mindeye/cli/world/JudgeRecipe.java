// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.training.ProcessRecord;
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
    AttributeClassifier network = new AttributeClassifier(source.model());
    network.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
    return new Opened(
        this,
        folder,
        network,
        SceneSet.JUDGE.labelled(Split.TRAIN, training),
        SceneSet.JUDGE.labelled(Split.VALIDATION, source.scenes().validation()));
  }

  private record Opened(
      JudgeRecipe recipe,
      RunFolder folder,
      AttributeClassifier network,
      LabelledSplit training,
      LabelledSplit validation)
      implements Session {
    @Override
    public AttributeClassifierConfig model() {
      return network.config();
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
      return network.parameterCount();
    }

    @Override
    public TrainingResult train(Course course) {
      return trainer(config(), course).train(network, training, validation);
    }

    @Override
    public TrainingResult resume(Course course) {
      return trainer(config(), course).resume(network, training, validation);
    }

    @Override
    public TrainingResult rehearse(Course course) {
      AttributeTrainingConfig once =
          config().withOptimizer(RunRecipe.shortened(config().optimizer())).withEpochs(1);
      return trainer(once, course).train(network, training, validation);
    }

    private AttributeTrainingConfig config() {
      return recipe.source.training();
    }

    private static AttributeTrainer trainer(AttributeTrainingConfig config, Course course) {
      return new AttributeTrainer(config, course.listeners())
          .withCheckpoints(course.checkpoints())
          .stoppingWhen(course.stop());
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.roundToHalves(file, network, model().metadata());
      LabelledSplit test = SceneSet.JUDGE.labelled(Split.TEST, recipe.source.scenes().test());
      WorldFiles.writeScores(folder, new AttributeTrainer(config()).score(network, test));
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
