// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.random.NoiseSource;

/**
 * What a parameter holds before training.
 *
 * @param kind the distribution
 * @param value half-width, deviation or constant
 */
public record Initial(Kind kind, double value) {
  /** Elements filled at a time, so that a tensor of several gigabytes needs no second copy. */
  private static final int CHUNK = 1 << 22;

  /** The distribution of the initial values. */
  public enum Kind {
    /** All equal to the value. */
    CONSTANT,
    /** Uniform between minus and plus the value. */
    UNIFORM,
    /** Normal with mean 0 and the value as standard deviation. */
    NORMAL
  }

  /**
   * A constant.
   *
   * @param value every element
   * @return the rule
   */
  public static Initial constant(double value) {
    return new Initial(Kind.CONSTANT, value);
  }

  /**
   * torch's default for linear layers, weights and biases: uniform within {@code 1 / sqrt(inputs)}.
   *
   * @param inputs how many numbers feed one output
   * @return the rule
   */
  public static Initial fanIn(long inputs) {
    return new Initial(Kind.UNIFORM, 1 / Math.sqrt(inputs));
  }

  /**
   * A normal distribution around 0.
   *
   * @param deviation its standard deviation
   * @return the rule
   */
  public static Initial normal(double deviation) {
    return new Initial(Kind.NORMAL, deviation);
  }

  /** Creates a filled tensor. */
  NDArray create(NDManager owner, Shape shape, DataType type, NoiseSource noise) {
    if (kind == Kind.CONSTANT) {
      return owner.full(shape, (float) value, type);
    }
    NDArray target = owner.create(shape, type);
    long rows = shape.get(0);
    long rowSize = shape.size() / rows;
    long step = Math.max(1, CHUNK / rowSize);
    for (long from = 0; from < rows; from += step) {
      long to = Math.min(rows, from + step);
      long[] axes = shape.getShape().clone();
      axes[0] = to - from;
      try (NDArray chunk =
          owner.create(draw(noise, (int) ((to - from) * rowSize)), new Shape(axes))) {
        target.set(new NDIndex(from + ":" + to), chunk);
      }
    }
    return target;
  }

  private float[] draw(NoiseSource noise, int count) {
    float[] values = new float[count];
    if (kind == Kind.UNIFORM) {
      noise.uniform(values);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (value * (2.0 * values[i] - 1));
      }
    } else {
      noise.normal(values);
      for (int i = 0; i < count; i++) {
        values[i] *= (float) value;
      }
    }
    return values;
  }
}
