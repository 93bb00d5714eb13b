// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import java.util.Arrays;
import org.mindeye.core.random.NoiseSource;

/**
 * What a parameter or buffer holds before training. Values are float32 and converted to the type of
 * the parameter.
 *
 * <p>An initializer of your own writes whatever it likes: it is called for one window of elements
 * after the other, so that a tensor of several gigabytes needs no second copy.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * Writes the values of consecutive elements, row by row.
   *
   * @param values the window to fill, whole rows of the tensor (slices along its first axis)
   * @param from the number of the window's first element in the tensor
   * @param noise where random values are drawn from; windows come in their order
   */
  void fill(float[] values, long from, NoiseSource noise);

  /**
   * All elements equal.
   *
   * @param value every element
   * @return the rule
   */
  static Initializer constant(double value) {
    return (values, from, noise) -> Arrays.fill(values, (float) value);
  }

  /**
   * Given values, of a table for example.
   *
   * @param all one for each element, row by row; copied
   * @return the rule
   */
  static Initializer values(float... all) {
    float[] kept = all.clone();
    return (values, from, noise) ->
        System.arraycopy(kept, Math.toIntExact(from), values, 0, values.length);
  }

  /**
   * torch's default for linear and convolutional layers, weights and biases: uniform within {@code
   * 1 / sqrt(inputs)}.
   *
   * @param inputs how many numbers feed one output
   * @return the rule
   */
  static Initializer fanIn(long inputs) {
    double bound = 1 / Math.sqrt(inputs);
    return (values, from, noise) -> {
      noise.uniform(values);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2.0 * values[i] - 1));
      }
    };
  }

  /**
   * A normal distribution around 0.
   *
   * @param deviation its standard deviation
   * @return the rule
   */
  static Initializer normal(double deviation) {
    return (values, from, noise) -> {
      noise.normal(values);
      for (int i = 0; i < values.length; i++) {
        values[i] *= (float) deviation;
      }
    };
  }
}
