// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.mindeye.core.weights.DerivedStateDict;
import org.mindeye.core.weights.StateDict;

/**
 * A batch norm that is computed with the convolution before it. In evaluation it multiplies each
 * channel by {@code gain / sqrt(variance + epsilon)} and adds a constant, which the convolution's
 * weight and bias can do: they are changed as they are read, in float32.
 *
 * @param weight the convolution's tensor
 * @param norm before the names of the norm's tensors, with its dot
 * @param epsilon added to the variance
 */
record Fold(String weight, String norm, double epsilon) {
  /**
   * The same tensors under the same names, but that each folded convolution's weight and its norm's
   * {@code bias} are what the convolution computes with. What a file lacks stays missing.
   */
  static StateDict all(List<Fold> folds, StateDict file) {
    Map<String, UnaryOperator<NDArray>> computed = new HashMap<>();
    for (Fold fold : folds) {
      computed.put(fold.weight, w -> fold.scaled(w, file));
      computed.put(fold.norm + "bias", b -> fold.shifted(b, file));
    }
    DerivedStateDict.Builder builder = DerivedStateDict.from(file);
    for (String name : file.names()) {
      UnaryOperator<NDArray> computation = computed.get(name);
      if (computation == null) {
        builder.add(name, name);
      } else {
        builder.addComputed(name, name, computation);
      }
    }
    return builder.build();
  }

  private NDArray scaled(NDArray weight, StateDict file) {
    return weight.mul(factor(weight, file).reshape(-1, 1, 1, 1));
  }

  private NDArray shifted(NDArray bias, StateDict file) {
    NDArray mean = file.load(norm + "running_mean", bias.getManager());
    return bias.sub(mean.mul(factor(bias, file)));
  }

  private NDArray factor(NDArray like, StateDict file) {
    NDArray variance = file.load(norm + "running_var", like.getManager());
    NDArray gain = file.load(norm + "weight", like.getManager());
    return gain.div(variance.add(epsilon).sqrt());
  }
}
