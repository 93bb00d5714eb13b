// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Torch;

/**
 * Mean and deviation of each color over the images that a network was trained with, by which it
 * expects its own to be normalised.
 *
 * @param mean of red, green and blue
 * @param deviation of red, green and blue, positive
 */
public record ColorStatistics(List<Float> mean, List<Float> deviation) {
  private static final int COLORS = 3;

  /** Checks that there is a mean and a deviation for each color. */
  public ColorStatistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != COLORS
        || deviation.size() != COLORS
        || !mean.stream().allMatch(Float::isFinite)
        || !deviation.stream().allMatch(x -> x > 0 && Float.isFinite(x))) {
      throw new IllegalArgumentException(
          "colors: expected three means and three positive deviations but was "
              + mean
              + " and "
              + deviation);
    }
  }

  /**
   * ImageNet's, with which torchvision's networks were trained.
   *
   * @return the statistics
   */
  public static ColorStatistics imageNet() {
    return new ColorStatistics(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));
  }

  /**
   * Subtracts the mean of each color and divides by its deviation. Gradients flow.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @return the same shape and type, owned by the images' manager
   */
  public NDArray normalize(ImageBatch images) {
    NDArray x = images.array();
    try (NDManager scope = x.getManager().newSubManager(x.getDevice());
        NDArray means = perColor(scope, mean, x.getDataType());
        NDArray deviations = perColor(scope, deviation, x.getDataType());
        NDArray centred = x.sub(means)) {
      return centred.div(deviations);
    }
  }

  private static NDArray perColor(NDManager owner, List<Float> values, DataType type) {
    double[] numbers = values.stream().mapToDouble(Float::doubleValue).toArray();
    return Torch.copy(owner, numbers, new Shape(1, COLORS, 1, 1), type);
  }
}
