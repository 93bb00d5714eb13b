// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.painter.PaintedListener;
import org.mindeye.training.painter.PainterSources;
import org.mindeye.training.painter.PainterSplit;
import org.mindeye.training.painter.PainterTrainer;
import org.mindeye.training.painter.PainterTrainingConfig;

/**
 * What {@code mindeye world train painter} trains: the UNet that makes latents of tokens.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record PainterRecipe(WorldPainter source, Device device, Console console) implements RunRecipe {
  private static final long WEIGHTS = 31;

  /** How many grids a run leaves, at most. */
  private static final int GRIDS = 10;

  /**
   * Who trained it on what.
   *
   * @param process versions, device and threads of the first part of the run
   * @param sources pictures and the networks that encoded them
   */
  record Record(ProcessRecord process, PainterSources sources) {}

  @Override
  public String command() {
    return "world train painter";
  }

  @Override
  public String scores(RunFolder folder) {
    return "in " + folder.table() + ", painted scenes in " + PaintedGrids.in(folder);
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
  public Session open(RunFolder folder, Start start, int most) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure();
        ClipImageEncoder clip = ClipImageEncoder.load(Path.of(source.networks().clip()), device)) {
      AutoencoderKl autoencoder = opened.add(autoencoder());
      int side = WorldScenes.SIDE / autoencoder.config().stages().reduction();
      ConditionalUnetConfig shape =
          source.layers().unet(clip.space(), autoencoder.config().latentChannels(), side);
      ConditionalUnet unet = opened.add(new ConditionalUnet(shape));
      unet.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
      int count = Math.min(most, source.scenes().training());
      console.say(
          "drawing and encoding %s as %dx%dx%d latents and %s CLIP tokens",
          Plural.of(count + source.scenes().validation(), "scene"),
          shape.channels(),
          side,
          side,
          clip.space());
      PainterSplit training =
          PainterSplit.encode(WorldScenes.of(Split.TRAIN, count), autoencoder, clip);
      PainterSplit validation =
          PainterSplit.encode(
              WorldScenes.of(Split.VALIDATION, source.scenes().validation()), autoencoder, clip);
      Opened session = new Opened(this, folder, unet, autoencoder, training, validation);
      if (start != Start.NEW) {
        session.requireBegun(folder);
      }
      return opened.done(session);
    }
  }

  private AutoencoderKl autoencoder() throws IOException {
    String file = source.networks().autoencoder();
    return file == null
        ? SmallWorld.autoencoder(device)
        : AutoencoderKl.load(Path.of(file), device);
  }

  private record Opened(
      PainterRecipe recipe,
      RunFolder folder,
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation)
      implements Session {
    @Override
    public ConditionalUnetConfig model() {
      return unet.config();
    }

    @Override
    public Record record() {
      return new Record(ProcessRecord.of(recipe.device), PainterSources.of(training, validation));
    }

    @Override
    public void requireBegun(RunFolder begun) throws IOException {
      begun
          .record(Record.class)
          .sources()
          .requireSame(begun.description(), PainterSources.of(training, validation));
    }

    @Override
    public int samples() {
      return training.size();
    }

    @Override
    public int allSamples() {
      return recipe.source.scenes().training();
    }

    @Override
    public long trainableCount() {
      return unet.parameterCount();
    }

    @Override
    public TrainingResult train(Course course) {
      return trainer(config(), course)
          .showing(grids())
          .train(unet, autoencoder, training, validation);
    }

    @Override
    public TrainingResult resume(Course course) {
      return trainer(config(), course)
          .showing(grids())
          .resume(unet, autoencoder, training, validation);
    }

    @Override
    public TrainingResult rehearse(Course course) {
      PainterTrainingConfig once =
          config().withOptimizer(RunRecipe.shortened(config().optimizer())).withEpochs(1);
      return trainer(once, course).train(unet, autoencoder, training, validation);
    }

    private PaintedListener grids() {
      return new PaintedGrids(PaintedGrids.in(folder), recipe.epochs(), GRIDS);
    }

    private PainterTrainingConfig config() {
      return recipe.source.training();
    }

    private static PainterTrainer trainer(PainterTrainingConfig config, Course course) {
      return new PainterTrainer(config, course.listeners())
          .withCheckpoints(course.checkpoints())
          .stoppingWhen(course.stop());
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.writeHalves(file, unet, new PainterTrainer(config()).metadata(unet.config()));
    }

    @Override
    public void close() {
      unet.close();
      autoencoder.close();
    }
  }
}
