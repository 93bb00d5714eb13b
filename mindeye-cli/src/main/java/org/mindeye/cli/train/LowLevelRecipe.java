// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.data.GivenData;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.FrozenWeights;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.HeapContents;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.lowlevel.LowLevelSources;
import org.mindeye.training.lowlevel.LowLevelSplit;
import org.mindeye.training.lowlevel.LowLevelTrainer;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/**
 * What {@code mindeye train-lowlevel} trains: the network of the blurry picture.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record LowLevelRecipe(LowLevelSource source, Device device, Console console) implements RunRecipe {
  /** Which stream of the seed's random numbers the first weights are drawn from. */
  private static final long WEIGHTS = 0x6c6f776c6576656cL;

  @Override
  public String command() {
    return "train-lowlevel";
  }

  @Override
  public String scores(RunFolder folder) {
    return "in " + folder.table();
  }

  @Override
  public RunSession<LowLevelTrainingConfig> open(RunFolder folder, Start start, int most)
      throws IOException {
    LowLevelTrainingConfig train = source.training();
    int side = source.config().side();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      SubjectSource data =
          opened.add(GivenData.open(Path.of(source.data()), source.subject(), console));
      RunChecks checks = new RunChecks(data);
      AutoencoderKl autoencoder =
          opened.add(frozen(p -> AutoencoderKl.load(Path.of(source.autoencoder()), p, device)));
      LowLevelConfig.Latents latents = LowLevelSplit.latents(autoencoder.config(), side);
      LowLevelConfig shape = source.config().network(checks.voxels(), latents);
      ConvNextTeacher teacher =
          source.teacher() == null
              ? null
              : opened.add(frozen(p -> ConvNextTeacher.load(Path.of(source.teacher()), p, device)));
      LowLevelNetwork network = opened.add(new LowLevelNetwork(shape));
      network.initialize(device, NoiseSource.seeded(train.seed(), WEIGHTS));
      trainer(train, RunControl.of(), teacher).requireFit(network, autoencoder, side);
      long target = (long) latents.channels() * latents.side() * latents.side();
      checks.requireHeap(
          Set.of(Split.TRAIN, Split.VALIDATION),
          target,
          side * side,
          HeapContents.Steps.unprepared(train.batchSize(), target * Float.BYTES));
      List<Trial> training = checks.trials(Split.TRAIN);
      List<Trial> validation = checks.trials(Split.VALIDATION);
      train.optimizer().requireAStep(train.batchSize(), training.size());
      if (start != Start.RESUMED) {
        checks.probe(training, validation, console);
      }
      LowLevelSources sources =
          LowLevelSources.of(autoencoder, teacher, side, training, validation);
      if (start != Start.NEW) {
        requireBegun(folder, sources);
      }
      List<Trial> learned = training.subList(0, Math.min(most, training.size()));
      sayWhatIsMade(learned.size() + validation.size(), latents);
      LowLevelSplit seen = LowLevelSplit.encode(Split.TRAIN, learned, autoencoder, side);
      LowLevelSplit judged = LowLevelSplit.encode(Split.VALIDATION, validation, autoencoder, side);
      return opened.done(
          new Opened(source, new Held(network, autoencoder, teacher, data), seen, judged, sources));
    }
  }

  /** Known by their float32 weights, so that the run is one of them in every format. */
  private <N extends Network> N frozen(FrozenWeights.Loading<N> loading) throws IOException {
    return FrozenWeights.in(source.training().optimizer().precision(), loading);
  }

  private void sayWhatIsMade(int pictures, LowLevelConfig.Latents latents) {
    console.say(
        "encoding %s of %dx%d as %dx%dx%d latents%s",
        Plural.of(pictures, "picture"),
        source.config().side(),
        source.config().side(),
        latents.channels(),
        latents.side(),
        latents.side(),
        source.teacher() == null ? "; there is no teacher, so no contrastive loss" : "");
  }

  private static void requireBegun(RunFolder folder, LowLevelSources now) throws IOException {
    folder.record(LowLevelSources.class).requireSame(folder.description(), now);
  }

  private static LowLevelTrainer trainer(
      LowLevelTrainingConfig recipe, RunControl control, ConvNextTeacher teacher) {
    LowLevelTrainer trainer = new LowLevelTrainer(recipe, control);
    return teacher == null ? trainer : trainer.withTeacher(teacher);
  }

  /**
   * All that is in memory, and what pictures are read from.
   *
   * @param trained is trained
   * @param autoencoder encodes and decodes
   * @param teacher null without one
   * @param data the files of the subject
   */
  private record Held(
      LowLevelNetwork trained,
      AutoencoderKl autoencoder,
      ConvNextTeacher teacher,
      SubjectSource data) {
    void close() {
      trained.close();
      autoencoder.close();
      if (teacher != null) {
        teacher.close();
      }
      data.close();
    }
  }

  private record Opened(
      LowLevelSource source,
      Held held,
      LowLevelSplit training,
      LowLevelSplit validation,
      LowLevelSources record)
      implements RunSession<LowLevelTrainingConfig> {
    @Override
    public LowLevelConfig model() {
      return held.trained.config();
    }

    @Override
    public void requireBegun(RunFolder folder) throws IOException {
      LowLevelRecipe.requireBegun(folder, record);
    }

    @Override
    public int samples() {
      return training.trials().size();
    }

    @Override
    public int allSamples() {
      return record.training().samples();
    }

    @Override
    public long trainableCount() {
      return held.trained.parameterCount();
    }

    @Override
    public TrainingResult train(
        LowLevelTrainingConfig recipe, RunControl control, boolean resumed) {
      LowLevelTrainer trainer = trainer(recipe, control, held.teacher);
      return resumed
          ? trainer.resume(held.trained, training, validation)
          : trainer.train(held.trained, training, validation);
    }

    @Override
    public void write(Path file) throws IOException {
      trainer(source.training(), RunControl.of(), held.teacher)
          .write(file, held.trained, training, validation);
    }

    @Override
    public void close() {
      held.close();
    }
  }
}
