// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
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
  public RunSession<PainterTrainingConfig> open(RunFolder folder, Start start, int most)
      throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure();
        ClipImageEncoder clip = clip()) {
      AutoencoderKl autoencoder = opened.add(autoencoder());
      int side = SceneSet.SIDE / autoencoder.config().stages().reduction();
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
          PainterSplit.encode(SceneSet.WORLD.pictures(Split.TRAIN, count), autoencoder, clip);
      PainterSplit validation =
          PainterSplit.encode(
              SceneSet.WORLD.pictures(Split.VALIDATION, source.scenes().validation()),
              autoencoder,
              clip);
      Record record = new Record(ProcessRecord.of(device), PainterSources.of(training, validation));
      Opened session = new Opened(source, folder, unet, autoencoder, training, validation, record);
      if (start != Start.NEW) {
        session.requireBegun(folder);
      }
      return opened.done(session);
    }
  }

  private ClipImageEncoder clip() throws IOException {
    String file = source.networks().clip();
    return file == null
        ? ClipImageEncoder.of(SmallWorld.clip(device))
        : ClipImageEncoder.load(Path.of(file), device);
  }

  private AutoencoderKl autoencoder() throws IOException {
    String file = source.networks().autoencoder();
    return file == null
        ? SmallWorld.autoencoder(device)
        : AutoencoderKl.load(Path.of(file), device);
  }

  private record Opened(
      WorldPainter source,
      RunFolder folder,
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation,
      Record record)
      implements RunSession<PainterTrainingConfig> {
    @Override
    public ConditionalUnetConfig model() {
      return unet.config();
    }

    @Override
    public void requireBegun(RunFolder begun) throws IOException {
      begun.record(Record.class).sources().requireSame(begun.description(), record.sources());
    }

    @Override
    public int samples() {
      return training.size();
    }

    @Override
    public int allSamples() {
      return source.scenes().training();
    }

    @Override
    public long trainableCount() {
      return unet.parameterCount();
    }

    @Override
    public TrainingResult train(PainterTrainingConfig recipe, RunControl control, boolean resumed) {
      PainterTrainer trainer =
          new PainterTrainer(recipe, control)
              .showing(new PaintedGrids(PaintedGrids.in(folder), recipe.epochs(), GRIDS));
      return resumed
          ? trainer.resume(unet, autoencoder, training, validation)
          : trainer.train(unet, autoencoder, training, validation);
    }

    @Override
    public void write(Path file) throws IOException {
      WorldFiles.writeHalves(
          file, unet, new PainterTrainer(source.training()).metadata(unet.config()));
    }

    @Override
    public void close() {
      unet.close();
      autoencoder.close();
    }
  }
}
