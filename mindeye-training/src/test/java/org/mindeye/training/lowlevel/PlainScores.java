// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LatentMoments;

/** Scores of one picture in plain Java. */
final class PlainScores {
  private PlainScores() {}

  /** Absolute, squared, divergence, decibels. */
  static double[] of(AutoencoderKl network, TrialImage picture) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      VaePixels pixels = VaePixels.of(ImageBatches.of(List.of(picture), manager));
      LatentMoments moments = network.encode(pixels);
      float[] seen = pixels.array().toFloatArray();
      float[] painted = network.decode(moments.mode()).array().toFloatArray();
      float[] both = moments.array().toFloatArray();
      double absolute = 0;
      double squared = 0;
      double clamped = 0;
      for (int i = 0; i < seen.length; i++) {
        double error = painted[i] - seen[i];
        absolute += Math.abs(error) / seen.length;
        squared += error * error / seen.length;
        double shown = Math.max(0, Math.min(1, painted[i] / 2 + 0.5)) - (seen[i] / 2 + 0.5);
        clamped += shown * shown / seen.length;
      }
      double divergence = 0;
      int half = both.length / 2;
      for (int i = 0; i < half; i++) {
        double mean = both[i];
        double logVariance = Math.max(-30, Math.min(20, both[half + i]));
        divergence += 0.5 * (mean * mean + Math.exp(logVariance) - 1 - logVariance) / half;
      }
      return new double[] {absolute, squared, divergence, -10 * Math.log10(clamped)};
    }
  }

  /** Scaled. */
  static float[] latents(AutoencoderKl network, TrialImage picture) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      VaePixels pixels = VaePixels.of(ImageBatches.of(List.of(picture), manager));
      return network.encode(pixels).mode().array().toFloatArray();
    }
  }
}
