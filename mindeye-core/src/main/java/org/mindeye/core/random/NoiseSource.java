// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;

/**
 * Where random numbers come from. No method of this library has randomness of its own: a caller
 * that needs dropout, mixing, shuffling or initial weights passes a source, and the same source
 * gives the same numbers on every device.
 *
 * <p>Sources are not safe for concurrent use; give each thread its own {@linkplain #seeded stream}.
 */
public interface NoiseSource {
  /**
   * A reproducible source. Different paths give independent streams of the same seed, so that, for
   * example, step 17's dropout does not depend on how often anything else was drawn.
   *
   * @param seed the run's seed
   * @param path names the stream, for example purpose and step number
   * @return a new source at its start
   */
  static NoiseSource seeded(long seed, long... path) {
    return new SeededNoise(seed, Objects.requireNonNull(path, "path"));
  }

  /**
   * Normal draws recorded elsewhere, in order: to compare with another implementation number by
   * number. Asking for more draws, for another size, or for another distribution fails with an
   * {@link IllegalStateException}.
   *
   * @param draws the values of each draw
   * @return a new source at its start
   */
  static NoiseSource replayed(List<float[]> draws) {
    return new ReplayedNoise(Objects.requireNonNull(draws, "draws"));
  }

  /**
   * A source of its own for each row of a batch, so that a row gets the numbers in it that it gets
   * alone. Every draw is split evenly among the rows, along its first axis. There are no Beta
   * numbers and permutations: they are not of a row.
   *
   * @param rows the sources, in the order of the rows; they move on as if drawn from themselves
   * @return a source of draws whose first axis is as long as the list
   * @throws IllegalArgumentException if there are none
   */
  static NoiseSource perRow(List<NoiseSource> rows) {
    return new RowNoise(Objects.requireNonNull(rows, "rows"));
  }

  /**
   * Fills an array with independent draws from the uniform distribution on [0, 1).
   *
   * @param values overwritten
   */
  void uniform(float[] values);

  /**
   * Fills an array with independent draws from the standard normal distribution.
   *
   * @param values overwritten
   */
  void normal(float[] values);

  /**
   * Draws from the Beta distribution.
   *
   * @param alpha first shape parameter, positive
   * @param beta second shape parameter, positive
   * @param count how many draws
   * @return values in [0, 1]
   */
  double[] beta(double alpha, double beta, int count);

  /**
   * Draws a uniform permutation.
   *
   * @param size how many elements
   * @return 0 to {@code size - 1} in random order
   */
  int[] permutation(int size);

  /**
   * Draws a tensor of uniform numbers.
   *
   * @param owner the manager that owns the result
   * @param shape the axes; at most 2^31 - 1 elements
   * @return float32 values in [0, 1)
   */
  default NDArray uniform(NDManager owner, Shape shape) {
    Alive.require("owner", owner);
    float[] values = new float[Math.toIntExact(shape.size())];
    uniform(values);
    return Torch.copy(owner, values, shape);
  }

  /**
   * Draws a tensor of standard normal numbers.
   *
   * @param owner the manager that owns the result
   * @param shape the axes; at most 2^31 - 1 elements
   * @return float32 values
   */
  default NDArray normal(NDManager owner, Shape shape) {
    Alive.require("owner", owner);
    float[] values = new float[Math.toIntExact(shape.size())];
    normal(values);
    return Torch.copy(owner, values, shape);
  }
}
