// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;

/** torch's fused AdamW step, in place. */
public final class AdamWKernel {
  private static final TorchScript KERNEL = TorchScript.load("adamw");

  private AdamWKernel() {}

  /**
   * The numbers of one step.
   *
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param weightDecay decoupled weight decay
   * @param epsilon added to the root of the bias-corrected second moment
   */
  public record Hyper(
      double learningRate, double beta1, double beta2, double weightDecay, double epsilon) {}

  /**
   * Updates parameters, moments and step counts in place. All lists have the same length and order.
   *
   * @param hyper the numbers of this step
   * @param parameters what to update
   * @param gradients of the parameters' shapes, contiguous: the kernel does not look at strides
   * @param firstMoments of the parameters' shapes
   * @param secondMoments of the parameters' shapes
   * @param steps one float32 scalar per parameter: steps done so far, incremented first
   */
  public static void step(
      Hyper hyper,
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> firstMoments,
      List<NDArray> secondMoments,
      List<NDArray> steps) {
    double[] numbers = {
      hyper.learningRate, hyper.beta1, hyper.beta2, hyper.weightDecay, hyper.epsilon
    };
    try (GradMode off = GradMode.off();
        NDManager cpu = Torch.newManager(Device.cpu());
        NDArray scalars = cpu.create(numbers)) { // the kernel looks at each: on a device, it waits
      KERNEL
          .call("step", scalars, parameters, gradients, firstMoments, secondMoments, steps)
          .close();
    }
  }
}
