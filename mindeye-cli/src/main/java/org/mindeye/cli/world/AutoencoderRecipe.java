// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.Estimate;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.RunControl;
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
    implements SceneRecipe<AutoencoderTrainingConfig, AutoencoderKl, ImageSplit> {
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
  public ImageSplit scenes(Split split, int count) {
    return SceneSet.WORLD.pictures(split, count);
  }

  @Override
  public DataFingerprint fingerprint(ImageSplit scenes) {
    return DataFingerprint.ofImages(scenes.images());
  }

  @Override
  public AutoencoderKl initialized() {
    AutoencoderKl network = new AutoencoderKl(source.model());
    network.initialize(device, NoiseSource.seeded(source.training().seed(), WEIGHTS));
    return network;
  }

  @Override
  public List<Network> networks(AutoencoderKl network) {
    return List.of(network);
  }

  @Override
  public Training<AutoencoderKl, ImageSplit> training(
      AutoencoderTrainingConfig recipe, RunControl control, boolean resumed) {
    AutoencoderTrainer trainer = new AutoencoderTrainer(recipe, control);
    return resumed ? trainer::resume : trainer::train;
  }

  /** Rounded to float16: half the size, and the rounding costs less than 0.01 dB. */
  @Override
  public void write(
      Path file, SceneSession<AutoencoderTrainingConfig, AutoencoderKl, ImageSplit> run)
      throws IOException {
    double scale = LatentScale.measure(run.trained(), run.splits().training());
    WorldFiles.writeHalves(file, run.trained(), source.model().withScale(scale).metadata());
    try (AutoencoderKl written = AutoencoderKl.load(file, device)) {
      ImageSplit test = run.splits().test();
      Estimate psnr = SmallWorld.psnr(written, test.images());
      int scenes = test.images().size();
      Scores scores = new Scores(scenes, psnr.mean(), psnr.halfWidth(), scale);
      StagedFile.write(WorldFiles.scores(run.folder()), DocumentWriter.bytes(scores));
      console.say(
          "PSNR %.2f ± %.2f dB on %s",
          psnr.mean(), psnr.halfWidth(), Plural.of(scenes, "test scene"));
    }
  }
}
