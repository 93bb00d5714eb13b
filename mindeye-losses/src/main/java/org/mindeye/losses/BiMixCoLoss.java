// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * Bidirectional MixCo: the CLIP loss of a batch whose voxels were mixed. A brain vector made of two
 * samples has to find both images, in the proportion of the mix, and the images have to find it
 * ({@code mixco_nce} in {@code src/utils.py} of the original).
 *
 * <p>With {@code S = P T' / t} and the targets M of the mix:
 *
 * <pre>-1/(2B) sum_ij M[i,j] ( logsoftmax_row(S)[i,j] + logsoftmax_column(S)[i,j] )</pre>
 *
 * @param temperature what similarities are divided by; positive
 * @param targets how samples that are their own partner are weighted
 */
public record BiMixCoLoss(double temperature, MixCoTargets targets) {
  /**
   * Checks the temperature.
   *
   * @param temperature positive and finite
   * @param targets not null
   * @throws IllegalArgumentException if the temperature is out of range
   */
  public BiMixCoLoss {
    Border.requireTemperature(temperature);
    Objects.requireNonNull(targets, "targets");
  }

  /**
   * The published setting: temperature 0.006, targets as published.
   *
   * @return the loss
   */
  public static BiMixCoLoss paper() {
    return new BiMixCoLoss(0.006, MixCoTargets.AS_PUBLISHED);
  }

  /**
   * Computes the loss and checks that it is finite, which waits for the device.
   *
   * @param brain {@code [batch, width]}, unit rows of the mixed samples, at least two; float32 or
   *     float64
   * @param image {@code [batch, width]}, unit rows of the samples as they were before the mix, same
   *     type; no gradient flows to them
   * @param mix how the samples were mixed
   * @return a scalar, owned by the brain vectors' manager
   * @throws ShapeMismatchException if shapes or types differ, there are fewer than two samples, or
   *     the mix is of another size
   * @throws NotFiniteException if a vector, or the loss, holds NaN or infinity
   */
  public NDArray evaluate(ClipVectors brain, ClipVectors image, MixCoPlan mix) {
    return Border.requireFinite(
        evaluateUnchecked(brain, image, mix),
        List.of(new Border.Input("brain", brain), new Border.Input("image", image)));
  }

  /**
   * As {@link #evaluate}, but does not look at the value: for a loop that reads all numbers of a
   * step at once, and refuses NaN and infinity itself.
   *
   * @param brain as there
   * @param image as there
   * @param mix as there
   * @return a scalar, owned by the brain vectors' manager; NaN or infinite if the vectors are
   * @throws ShapeMismatchException if shapes or types differ, there are fewer than two samples, or
   *     the mix is of another size
   */
  public NDArray evaluateUnchecked(ClipVectors brain, ClipVectors image, MixCoPlan mix) {
    Border.requireComparable("brain", brain, "image", image);
    mix.requireBatch("brain", brain.batch(), brain.array().getShape());
    double[] weights =
        Arrays.stream(mix.targets(targets)).flatMapToDouble(Arrays::stream).toArray();
    return Temporaries.freed(
        () -> {
          NDArray logits =
              ContrastiveCrossEntropy.logits(
                  brain.array(), image.array().stopGradient(), temperature);
          Shape shape = new Shape(mix.batch(), mix.batch());
          NDArray goal = Torch.copy(logits.getManager(), weights, shape, logits.getDataType());
          return ContrastiveCrossEntropy.of(logits, goal, goal);
        });
  }

  /**
   * The same loss for samples that were not mixed, as used in validation.
   *
   * @return the CLIP loss of this temperature
   */
  public ClipLoss withoutMixing() {
    return new ClipLoss(temperature);
  }
}
