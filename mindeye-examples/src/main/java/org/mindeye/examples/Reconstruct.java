// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipScorer;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Reconstruction;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;

/** Paints what a brain saw, with the published weights as downloaded. */
public final class Reconstruct {
  private Reconstruct() {}

  /**
   * Paints test responses into {@code painted/}.
   *
   * @param arguments the folder of the weights ({@code last.pth}, {@code epoch120.pth}, {@code
   *     versatile-diffusion/}), that of the data, the subject, and how many responses
   */
  public static void main(String[] arguments) {
    System.exit(Program.run("Reconstruct", System.err, () -> run(arguments)));
  }

  private static void run(String... arguments) throws IOException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "expected four arguments: the folder of the weights, the folder of the data, the subject,"
              + " how many");
    }
    Path data = Path.of(arguments[1]);
    int subject = Integer.parseInt(arguments[2]);
    ReaderConfig reader = ReaderConfig.of(NsdWebDataset.voxels(data, subject, Split.TEST));
    try (NsdWebDataset trials = NsdWebDataset.open(data, subject, Split.TEST, reader)) {
      run(
          Path.of(arguments[0]),
          trials.iterator(),
          Integer.parseInt(arguments[3]),
          DecodeConfig.paper(),
          Files.createDirectories(Path.of("painted")),
          System.out);
    }
  }

  static void run(
      Path folder,
      Iterator<Trial> trials,
      int count,
      DecodeConfig config,
      Path out,
      PrintStream log)
      throws IOException {
    Device device = Torch.device("cpu");
    try (MindEyePipeline mindEye = open(folder, device)) {
      for (int i = 0; i < count && trials.hasNext(); i++) {
        Trial trial = trials.next();
        log.println(trial.key() + ": " + paint(mindEye, trial, config, out));
      }
    }
  }

  static MindEyePipeline open(Path folder, Device device) throws IOException {
    Path painter = folder.resolve("versatile-diffusion");
    // snippet: pipeline
    return MindEyePipeline.builder(device)
        .encoder(() -> BackboneEncoder.load(folder.resolve("last.pth"), device)) // as downloaded
        .prior(() -> DiffusionPrior.load(folder.resolve("last.pth"), device))
        .lowLevel(() -> VaeLatentBranch.load(folder.resolve("epoch120.pth"), device))
        .decoder(() -> VersatileDiffusionDecoder.load(painter, device))
        .scorer(() -> clip(painter.resolve("image_encoder"), device)) // chooses the best candidate
        .build();
    // end: pipeline
  }

  private static ClipScorer clip(Path tower, Device device) throws IOException {
    return ClipScorer.ofTokens(ClipImageEncoder.load(tower, device));
  }

  private static String paint(MindEyePipeline mindEye, Trial trial, DecodeConfig config, Path out)
      throws IOException {
    // snippet: paint
    Reconstruction painted = mindEye.reconstruct(trial.meanVoxels(), config);
    ImageIO.write(painted.image(), "png", out.resolve(trial.key() + ".png").toFile());
    return painted.best() + " of " + painted.candidates().size(); // its seed and its score
    // end: paint
  }
}
