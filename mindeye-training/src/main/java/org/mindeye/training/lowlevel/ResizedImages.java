// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.Interpolation;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Trial;

/**
 * The images of trials at the size that autoencoder and teacher look at: bilinear, half-pixel
 * centres, antialiased where they shrink, as the original calls torchvision. They are resized on
 * the CPU, so that nothing waits for another device.
 */
final class ResizedImages {
  private ResizedImages() {}

  /** {@code [trials][3, side, side]} in [0, 1], new arrays. */
  static float[][] pixels(List<Trial> trials, int side) {
    float[][] pixels = new float[trials.size()][];
    for (int i = 0; i < pixels.length; i++) {
      try (CallScope scope = CallScope.open(Device.cpu())) {
        NDArray image = ImageBatches.ofTrials(trials.subList(i, i + 1), scope.manager()).array();
        pixels[i] =
            Resize.to(image, side, side, Interpolation.BILINEAR, Antialias.ON).toFloatArray();
      }
    }
    return pixels;
  }

  /** {@code [trials, 3, side, side]} in [0, 1]. */
  static ImageBatch of(List<Trial> trials, int side, NDManager owner) {
    return ImageBatches.ofPixels(pixels(trials, side), side, side, owner);
  }
}
