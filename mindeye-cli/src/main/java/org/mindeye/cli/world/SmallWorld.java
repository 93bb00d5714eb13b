// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Psnr;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.lowlevel.AutoencoderKl;

/** The small world's own trained networks, which this command comes with. */
public final class SmallWorld {
  /** The shape of the image tower: 64x64 scenes in patches of 16 to 17 tokens of 96. */
  static final VisionTransformerConfig CLIP =
      new VisionTransformerConfig(
          160, 640, 6, 5, new PatchGrid(SceneSet.SIDE, 16), 96, Nonlinearity.GELU);

  private static final int BATCH = 32;

  private SmallWorld() {}

  /**
   * How large its pictures are.
   *
   * @return pixels per side
   */
  public static int side() {
    return SceneSet.SIDE;
  }

  /**
   * The shape of the image tower.
   *
   * @return its configuration
   */
  public static VisionTransformerConfig clipConfig() {
    return CLIP;
  }

  /**
   * Loads the image tower whose tokens are the targets of everything: 64x64 scenes to 17x96.
   *
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be unpacked
   */
  public static ClipVisionTransformer clip(Device device) throws IOException {
    return WorldNetwork.CLIP.read(
        file -> {
          try (StateDict weights = WeightFiles.open(file)) {
            return ClipVisionTransformer.load(weights, device);
          }
        });
  }

  /**
   * Loads the classifier that judges painted scenes, and is never a target.
   *
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be unpacked
   */
  public static AttributeClassifier judge(Device device) throws IOException {
    return WorldNetwork.JUDGE.read(file -> AttributeClassifier.load(file, device));
  }

  /**
   * Writes the painter, and the autoencoder whose latents it paints, for {@link
   * org.mindeye.reconstruction.VersatileDiffusionDecoder#load(Path, Path,
   * org.mindeye.core.engine.Precision, Device)}.
   *
   * @param unet the painter's file; replaced if it exists
   * @param autoencoder the other one's
   * @throws IOException if a file cannot be written
   */
  public static void writePainter(Path unet, Path autoencoder) throws IOException {
    WorldNetwork.PAINTER.write(unet);
    WorldNetwork.AUTOENCODER.write(autoencoder);
  }

  /**
   * Loads the autoencoder: 64x64 scenes to 4x16x16 latents with a deviation of about 1, and back.
   *
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be unpacked
   */
  public static AutoencoderKl autoencoder(Device device) throws IOException {
    return WorldNetwork.AUTOENCODER.read(file -> AutoencoderKl.load(file, device));
  }

  /**
   * How well scenes survive the way to their likeliest latents and back.
   *
   * @param network an autoencoder
   * @param scenes pictures of one size
   * @return PSNR in dB, the mean over the scenes, with its 95 % interval
   */
  static Estimate psnr(AutoencoderKl network, List<TrialImage> scenes) {
    List<Double> each = new ArrayList<>();
    for (int from = 0; from < scenes.size(); from += BATCH) {
      List<TrialImage> some = scenes.subList(from, Math.min(scenes.size(), from + BATCH));
      try (CallScope scope = CallScope.open(network.device())) {
        ImageBatch seen = ImageBatches.of(some, scope.manager());
        VaeLatents latents = network.encodeMode(VaePixels.of(seen), scope.manager());
        NDArray painted = network.decode(latents, scope.manager()).toImages().array();
        ImageBatch clamped = ImageBatch.of(painted.clip(0, 1));
        for (double decibels : Psnr.on(PixelGrid.unchanged()).each(seen, clamped)) {
          each.add(decibels);
        }
      }
    }
    return Estimate.of(each.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
