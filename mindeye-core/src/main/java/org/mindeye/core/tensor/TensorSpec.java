// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Alive;

/**
 * The name and axes a tensor must have.
 *
 * <pre>{@code
 * TensorSpec.of("voxels").axis("batch").axis("voxels", 15724).check(array);
 * // ShapeMismatchException: voxels: expected [batch, voxels=15724] but was [2, 15000]
 * }</pre>
 *
 * @param name what the tensor is called in messages
 * @param axes the axes in order
 */
public record TensorSpec(String name, List<Axis> axes) {

  /**
   * One axis.
   *
   * @param name what the axis counts
   * @param size its length, or -1 when any positive length is accepted
   */
  public record Axis(String name, long size) {
    /** Checks the length. */
    public Axis {
      Objects.requireNonNull(name, "name");
      if (size == 0 || size < -1) {
        throw new IllegalArgumentException(
            "axis " + name + ": size must be positive, or -1 for any, but was " + size);
      }
    }

    private boolean accepts(long actual) {
      return size == -1 ? actual > 0 : actual == size;
    }

    @Override
    public String toString() {
      return size == -1 ? name : name + "=" + size;
    }
  }

  /** Copies the axes. */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    axes = List.copyOf(axes);
  }

  /**
   * Starts a specification without axes (a scalar).
   *
   * @param name what the tensor is called in messages
   * @return the specification, to be extended with {@link #axis(String, long)}
   */
  public static TensorSpec of(String name) {
    return new TensorSpec(name, List.of());
  }

  /**
   * Adds an axis of any positive length.
   *
   * @param axis what the axis counts
   * @return a longer specification
   */
  public TensorSpec axis(String axis) {
    return axis(axis, -1);
  }

  /**
   * Adds an axis.
   *
   * @param axis what the axis counts
   * @param size its length, or -1 for any positive length
   * @return a longer specification
   */
  public TensorSpec axis(String axis, long size) {
    List<Axis> longer = new ArrayList<>(axes);
    longer.add(new Axis(axis, size));
    return new TensorSpec(name, longer);
  }

  /**
   * Checks a shape.
   *
   * @param shape the actual shape
   * @throws ShapeMismatchException if the number of axes or a length differs
   */
  public void check(Shape shape) {
    boolean fits = shape.dimension() == axes.size();
    for (int i = 0; fits && i < axes.size(); i++) {
      fits = axes.get(i).accepts(shape.get(i));
    }
    if (!fits) {
      throw new ShapeMismatchException(name + ": expected " + axes + " but was " + format(shape));
    }
  }

  /**
   * Passes a tensor that was checked before, unless it was freed meanwhile.
   *
   * @param array the tensor
   * @return the same tensor
   * @throws IllegalStateException if the tensor is freed
   */
  public NDArray alive(NDArray array) {
    return Alive.require(name, array);
  }

  /**
   * Checks shape and type of a tensor of real numbers.
   *
   * @param array the tensor
   * @return the same tensor
   * @throws ShapeMismatchException if an axis differs or the type is neither float32 nor float64
   * @throws IllegalStateException if the tensor is freed
   */
  public NDArray check(NDArray array) {
    alive(array);
    check(array.getShape());
    DataType type = array.getDataType();
    if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
      throw new ShapeMismatchException(
          name + ": expected float32 (or float64) values but the type is " + type);
    }
    return array;
  }

  private static String format(Shape shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape.getShape()) {
      sizes.add(size);
    }
    return sizes.toString();
  }

  @Override
  public String toString() {
    return name + " " + axes;
  }
}
