// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on tensors within a tolerance. The content is read once, when the assertion is made,
 * so the tensor may be closed afterwards. NaN never passes.
 */
public final class TensorAssert extends AbstractAssert<TensorAssert, double[]> {
  private static final int SAMPLES = 256;
  private static final String SAMPLE = "@sample256";
  private static final String NORM = "@l2";

  private final Shape shape;

  private TensorAssert(double[] actual, Shape shape) {
    super(actual, TensorAssert.class);
    this.shape = shape;
  }

  /**
   * Starts an assertion.
   *
   * @param actual a float32 or float64 tensor
   * @return the assertion
   */
  public static TensorAssert assertThat(NDArray actual) {
    return new TensorAssert(TestEngine.doubles(actual), actual.getShape());
  }

  /**
   * Starts an assertion.
   *
   * @param actual values of a vector
   * @return the assertion
   */
  public static TensorAssert assertThat(float[] actual) {
    return assertThat(TestEngine.widen(actual));
  }

  /**
   * Starts an assertion.
   *
   * @param actual values of a vector
   * @return the assertion
   */
  public static TensorAssert assertThat(double[] actual) {
    return new TensorAssert(actual, new Shape(actual.length));
  }

  /**
   * Checks the axes.
   *
   * @param sizes the expected lengths
   * @return this assertion
   */
  public TensorAssert hasShape(long... sizes) {
    if (!shape.equals(new Shape(sizes))) {
      failWithMessage("expected shape %s but was %s", new Shape(sizes), shape);
    }
    return this;
  }

  /**
   * Checks the relative Euclidean error over all elements.
   *
   * @param expected the reference in row-major order
   * @param allowed the largest accepted error
   * @return this assertion
   */
  public TensorAssert isWithinRelativeL2(double[] expected, double allowed) {
    return accept("relative L2 error", Tolerance.relativeL2(actual, expected), allowed, expected);
  }

  /**
   * Checks the relative Euclidean error over all elements.
   *
   * @param expected the reference in row-major order
   * @param allowed the largest accepted error
   * @return this assertion
   */
  public TensorAssert isWithinRelativeL2(float[] expected, double allowed) {
    return isWithinRelativeL2(TestEngine.widen(expected), allowed);
  }

  /**
   * Checks the largest absolute difference.
   *
   * @param expected the reference in row-major order
   * @param allowed the largest accepted difference
   * @return this assertion
   */
  public TensorAssert isWithinAbsolute(double[] expected, double allowed) {
    return accept(
        "largest absolute error", Tolerance.maxAbsolute(actual, expected), allowed, expected);
  }

  /**
   * Checks the largest absolute difference.
   *
   * @param expected the reference in row-major order
   * @param allowed the largest accepted difference
   * @return this assertion
   */
  public TensorAssert isWithinAbsolute(float[] expected, double allowed) {
    return isWithinAbsolute(TestEngine.widen(expected), allowed);
  }

  /**
   * Checks shape and relative Euclidean error against a golden entry. A large tensor may be stored
   * as 256 samples and its norm; then both are checked.
   *
   * @param golden the file
   * @param entry the entry's name, without {@code @sample256} or {@code @l2}
   * @param allowed the largest accepted relative error
   * @return this assertion
   */
  public TensorAssert matches(Golden golden, String entry, double allowed) {
    as(entry);
    if (golden.contains(entry) || !golden.contains(entry + SAMPLE)) {
      return hasShape(golden.shape(entry).getShape())
          .isWithinRelativeL2(golden.floats(entry), allowed);
    }
    assertThat(samples())
        .as(entry + SAMPLE)
        .isWithinRelativeL2(golden.floats(entry + SAMPLE), allowed);
    assertThat(new double[] {Tolerance.norm(actual)})
        .as(entry + NORM)
        .isWithinRelativeL2(golden.floats(entry + NORM), allowed);
    return this;
  }

  /**
   * The same for a result that may have been computed in fewer bits than the original's: in float32
   * within a tolerance, in other formats about as wrong as was measured, neither more nor much
   * less.
   *
   * @param golden the file
   * @param entry the entry's name, without {@code @sample256} or {@code @l2}
   * @param measured what it is in other formats
   * @param format a value of the library's type of formats
   * @param allowed the largest accepted relative error in FLOAT32
   * @return this assertion
   */
  public TensorAssert matches(
      Golden golden, String entry, FormatError measured, Enum<?> format, double allowed) {
    if (format.name().equals("FLOAT32")) {
      return matches(golden, entry, allowed);
    }
    matches(golden, entry, measured.most(format));
    boolean whole = golden.contains(entry);
    double[] expected = TestEngine.widen(golden.floats(whole ? entry : entry + SAMPLE));
    double error = Tolerance.relativeL2(whole ? actual : samples(), expected);
    if (error < measured.least(format)) {
      failWithMessage(
          "relative L2 error is %.3e in %s, and at least %.3e was expected: is it computed in that"
              + " format? If so, %s and the pages show too much",
          error, format, measured.least(format), measured);
    }
    return this;
  }

  /**
   * Checks shape and largest absolute difference against a golden entry.
   *
   * @param golden the file
   * @param entry the entry's name
   * @param allowed the largest accepted difference
   * @return this assertion
   */
  public TensorAssert matchesAbsolute(Golden golden, String entry, double allowed) {
    as(entry);
    return hasShape(golden.shape(entry).getShape()).isWithinAbsolute(golden.floats(entry), allowed);
  }

  private double[] samples() {
    double[] samples = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      samples[i] = actual[(int) ((long) i * actual.length / SAMPLES)];
    }
    return samples;
  }

  private TensorAssert accept(String kind, double error, double allowed, double[] expected) {
    if (!(error <= allowed)) {
      failWithMessage(
          "%s is %.3e but at most %.3e is allowed (shape %s, starts %s, expected %s)",
          kind, error, allowed, shape, head(actual), head(expected));
    }
    return this;
  }

  private static String head(double[] values) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < Math.min(4, values.length); i++) {
      text.append(i == 0 ? "" : ", ").append((float) values[i]);
    }
    return text.append(values.length > 4 ? ", …]" : "]").toString();
  }
}
