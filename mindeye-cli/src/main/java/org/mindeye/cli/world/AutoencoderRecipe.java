// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.Estimate;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.lowlevel.AutoencoderTrainer;
import org.mindeye.training.lowlevel.AutoencoderTrainingConfig;
import org.mindeye.training.lowlevel.ImageSplit;
import org.mindeye.training.lowlevel.LatentScale;

/**
 * What {@code mindeye world train autoencoder} trains: scenes to latents and back.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record AutoencoderRecipe(WorldAutoencoder source, Device device, Console console)
    implements RunRecipe {
  private static final long WEIGHTS = 23;

  /**
   * What the finished network was measured at.
   *
   * @param testScenes how many
   * @param psnr mean over the test scenes, in dB, of the file as it is written
   * @param halfWidth of the 95 % interval of that mean
   * @param scale what latents are multiplied by: one over their deviation on the training scenes
   */
  record Scores(int testScenes, double psnr, double halfWidth, double scale) {}

  @Override
  public String command() {
    return "world train autoencoder";
  }

  @Override
  public String scores(RunFolder folder) {
    return WorldRecord.scores(folder);
  }

  @Override
  public RunSession<AutoencoderTrainingConfig> open(RunFolder folder, Start start, int most) {
    ImageSplit training =
        SceneSet.WORLD.pictures(Split.TRAIN, Math.min(most, source.scenes().training()));
    ImageSplit validation = SceneSet.WORLD.pictures(Split.VALIDATION, source.scenes().validation());
    ImageSplit test = SceneSet.WORLD.pictures(Split.TEST, source.scenes().test());
    WorldRecord record =
        new WorldRecord(
            ProcessRecord.of(device),
            DataFingerprint.ofImages(training.images()),
            DataFingerprint.ofImages(validation.images()),
            DataFingerprint.ofImages(test.images()));
    AutoencoderKl network = new AutoencoderKl(source.model());
    network.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
    return new Opened(this, folder, network, training, validation, test, record);
  }

  private record Opened(
      AutoencoderRecipe recipe,
      RunFolder folder,
      AutoencoderKl network,
      ImageSplit training,
      ImageSplit validation,
      ImageSplit test,
      WorldRecord record)
      implements SceneSession<AutoencoderTrainingConfig> {
    @Override
    public WorldAutoencoder source() {
      return recipe.source;
    }

    @Override
    public AutoencoderConfig model() {
      return network.config();
    }

    @Override
    public int allSamples() {
      return source().scenes().training();
    }

    @Override
    public long trainableCount() {
      return network.parameterCount();
    }

    @Override
    public TrainingResult train(
        AutoencoderTrainingConfig recipe, RunControl control, boolean resumed) {
      AutoencoderTrainer trainer = new AutoencoderTrainer(recipe, control);
      return resumed
          ? trainer.resume(network, training, validation)
          : trainer.train(network, training, validation);
    }

    /** Rounded to float16: half the size, and the rounding costs less than 0.01 dB. */
    @Override
    public void write(Path file) throws IOException {
      double scale = LatentScale.measure(network, training);
      WorldFiles.writeHalves(file, network, model().withScale(scale).metadata());
      try (AutoencoderKl written = AutoencoderKl.load(file, recipe.device)) {
        Estimate psnr = SmallWorld.psnr(written, test.images());
        int scenes = test.images().size();
        Scores scores = new Scores(scenes, psnr.mean(), psnr.halfWidth(), scale);
        StagedFile.write(WorldFiles.scores(folder), DocumentWriter.bytes(scores));
        recipe.console.say(
            "PSNR %.2f ± %.2f dB on %s",
            psnr.mean(), psnr.halfWidth(), Plural.of(scenes, "test scene"));
      }
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
