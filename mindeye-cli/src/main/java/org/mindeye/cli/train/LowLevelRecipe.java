// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.FrozenWeights;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
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
    Path data = Path.of(source.data());
    int side = source.config().side();
    RunChecks.requireShards(data, source.subject());
    ReaderConfig reader = RunData.reader(data, source.subject(), Split.TRAIN);
    RunChecks checks = new RunChecks(data, source.subject(), reader);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      AutoencoderKl autoencoder =
          opened.add(frozen(p -> AutoencoderKl.load(Path.of(source.autoencoder()), p, device)));
      LowLevelConfig.Latents latents = LowLevelSplit.latents(autoencoder.config(), side);
      LowLevelConfig shape = source.config().network(reader.voxels(), latents);
      ConvNextTeacher teacher =
          source.teacher() == null
              ? null
              : opened.add(frozen(p -> ConvNextTeacher.load(Path.of(source.teacher()), p, device)));
      LowLevelNetwork network = opened.add(new LowLevelNetwork(shape));
      network.initialize(device, NoiseSource.seeded(train.seed(), WEIGHTS));
      trainer(train, RunControl.of(), teacher).requireFit(network, autoencoder, side);
      checks.requireHeap(
          true, (long) latents.channels() * latents.side() * latents.side(), side * side);
      console.say("reading subject %d from %s", source.subject(), data);
      List<Trial> training = RunData.trials(data, source.subject(), Split.TRAIN, reader);
      List<Trial> validation = RunData.trials(data, source.subject(), Split.VALIDATION, reader);
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
          new Opened(source, new Networks(network, autoencoder, teacher), seen, judged, sources));
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
   * All that is in memory.
   *
   * @param trained is trained
   * @param autoencoder encodes and decodes
   * @param teacher null without one
   */
  private record Networks(
      LowLevelNetwork trained, AutoencoderKl autoencoder, ConvNextTeacher teacher) {
    void close() {
      trained.close();
      autoencoder.close();
      if (teacher != null) {
        teacher.close();
      }
    }
  }

  private record Opened(
      LowLevelSource source,
      Networks networks,
      LowLevelSplit training,
      LowLevelSplit validation,
      LowLevelSources record)
      implements RunSession<LowLevelTrainingConfig> {
    @Override
    public LowLevelConfig model() {
      return networks.trained.config();
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
      return networks.trained.parameterCount();
    }

    @Override
    public TrainingResult train(
        LowLevelTrainingConfig recipe, RunControl control, boolean resumed) {
      LowLevelTrainer trainer = trainer(recipe, control, networks.teacher);
      return resumed
          ? trainer.resume(networks.trained, training, validation)
          : trainer.train(networks.trained, training, validation);
    }

    @Override
    public void write(Path file) throws IOException {
      trainer(source.training(), RunControl.of(), networks.teacher)
          .write(file, networks.trained, training, validation);
    }

    @Override
    public void close() {
      networks.close();
    }
  }
}
