// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;

/**
 * Central differences in float64, the judge of gradients.
 *
 * @param step distance to each side; the error of smooth functions is about its square
 * @param coordinates at most so many coordinates are tried, evenly spread over the tensor
 */
public record FiniteDifferences(double step, int coordinates) {
  /** Step 1e-5, all coordinates. */
  public static final FiniteDifferences ALL = new FiniteDifferences(1e-5, Integer.MAX_VALUE);

  /**
   * Checks both numbers.
   *
   * @param step positive
   * @param coordinates at least one
   */
  public FiniteDifferences {
    if (!(step > 0) || coordinates < 1) {
      throw new IllegalArgumentException(
          "step and coordinates must be positive but were " + step + " and " + coordinates);
    }
  }

  /**
   * The derivative along one coordinate.
   *
   * @param function a scalar function; it must not keep or change its argument
   * @param at where to differentiate; left as it is
   * @param coordinate which component
   * @return the central difference
   */
  public double derivative(ToDoubleFunction<double[]> function, double[] at, int coordinate) {
    double[] point = at.clone();
    point[coordinate] = at[coordinate] + step;
    double above = function.applyAsDouble(point);
    point[coordinate] = at[coordinate] - step;
    return (above - function.applyAsDouble(point)) / (2 * step);
  }

  /**
   * Asserts that a gradient is the function's.
   *
   * @param name what is differentiated, for the message
   * @param function a scalar function
   * @param at where to differentiate
   * @param gradient the gradient to judge, of the same length
   * @param allowed the largest accepted relative Euclidean error over the coordinates tried
   */
  public void assertGradient(
      String name,
      ToDoubleFunction<double[]> function,
      double[] at,
      double[] gradient,
      double allowed) {
    if (gradient.length != at.length) {
      throw new AssertionError(
          name + ": " + at.length + " coordinates but a gradient of " + gradient.length);
    }
    int tried = Math.min(coordinates, at.length);
    double[] expected = new double[tried];
    double[] actual = new double[tried];
    for (int i = 0; i < tried; i++) {
      int coordinate = (int) ((long) i * at.length / tried);
      expected[i] = derivative(function, at, coordinate);
      actual[i] = gradient[coordinate];
    }
    TensorAssert.assertThat(actual).as("gradient of " + name).isWithinRelativeL2(expected, allowed);
  }

  /**
   * Asserts that a gradient is the function's. The function receives fresh float64 tensors, in a
   * manager that is closed after each evaluation.
   *
   * @param name what is differentiated, for the message
   * @param function from a float64 tensor of the point's shape to a scalar tensor
   * @param at where to differentiate, float32 or float64
   * @param gradient the gradient to judge, of the same shape
   * @param allowed the largest accepted relative Euclidean error over the coordinates tried
   */
  public void assertGradient(
      String name, UnaryOperator<NDArray> function, NDArray at, NDArray gradient, double allowed) {
    Shape shape = at.getShape();
    ToDoubleFunction<double[]> scalar =
        values -> {
          try (NDManager scope = at.getManager().newSubManager()) {
            NDArray point = scope.create(values).reshape(shape);
            return function.apply(point).toType(DataType.FLOAT64, false).getDouble();
          }
        };
    assertGradient(name, scalar, TestEngine.doubles(at), TestEngine.doubles(gradient), allowed);
  }

  /**
   * Asserts that a gradient, which is not 0, is the function's along one direction of about unit
   * length, in which all coordinates count: two evaluations however many there are.
   *
   * @param name what is differentiated, for the message
   * @param point a float64 tensor that the function reads; moved, and put back
   * @param gradient the gradient to judge, of the same length
   * @param function a scalar function of the point
   * @param allowed the largest accepted error, of the gradient's length where that is above 1
   */
  public void assertSlope(
      String name, NDArray point, double[] gradient, DoubleSupplier function, double allowed) {
    double[] direction = new double[gradient.length];
    double slope = 0;
    double size = 0;
    for (int i = 0; i < direction.length; i++) {
      direction[i] = ParityGenerator.signed(9, i) * Math.sqrt(3.0 / direction.length);
      slope += gradient[i] * direction[i];
      size += gradient[i] * gradient[i];
    }
    double[] at = point.toDoubleArray();
    double above = moved(point, at, direction, step, function);
    double below = moved(point, at, direction, -step, function);
    point.set(at);
    Assertions.assertThat(size).as("gradient of " + name).isPositive();
    Assertions.assertThat((above - below) / (2 * step))
        .as("slope of " + name)
        .isCloseTo(slope, Offset.offset(allowed * Math.max(1, Math.sqrt(size))));
  }

  private static double moved(
      NDArray point, double[] at, double[] direction, double distance, DoubleSupplier function) {
    double[] there = at.clone();
    for (int i = 0; i < there.length; i++) {
      there[i] += distance * direction[i];
    }
    point.set(there);
    return function.getAsDouble();
  }
}
