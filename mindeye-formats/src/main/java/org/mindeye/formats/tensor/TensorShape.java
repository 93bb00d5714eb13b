// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The lengths of a tensor's axes, outermost first. Immutable; equal if the axes are. */
public final class TensorShape {
  private final long[] axes;

  /**
   * A shape.
   *
   * @param axes their lengths, 0 or more; none for a scalar
   * @throws IllegalArgumentException if one is negative
   */
  public TensorShape(long... axes) {
    if (Arrays.stream(axes).anyMatch(length -> length < 0)) {
      throw new IllegalArgumentException("negative axis in shape " + Arrays.toString(axes));
    }
    this.axes = axes.clone();
  }

  /**
   * How many axes there are.
   *
   * @return 0 for a scalar
   */
  public int dimension() {
    return axes.length;
  }

  /**
   * The length of one axis.
   *
   * @param axis from 0
   * @return its length
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public long get(int axis) {
    return axes[axis];
  }

  /**
   * The lengths of all axes.
   *
   * @return a copy; empty for a scalar
   */
  public long[] axes() {
    return axes.clone();
  }

  /**
   * How many elements there are.
   *
   * @return the product of the axes, 1 for a scalar; readers refuse files where it overflows
   */
  public long size() {
    return LongStream.of(axes).reduce(1, (a, b) -> a * b);
  }

  /**
   * Same axes.
   *
   * @param other anything
   * @return whether it is a shape of the same lengths in the same order
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof TensorShape that && Arrays.equals(axes, that.axes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(axes);
  }

  /**
   * For messages.
   *
   * @return for example {@code (3, 224, 224)}; {@code ()} for a scalar
   */
  @Override
  public String toString() {
    return LongStream.of(axes).mapToObj(Long::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
