package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;

/** What every public method of this package checks once. */
final class Border {
  private Border() {}

  static void requireTemperature(double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be positive and finite but was " + temperature);
    }
  }

  static void requireEpoch(int epoch, int epochs) {
    if (epoch < 0 || epoch >= epochs) {
      throw new IllegalArgumentException(
          "epoch must be from 0 to " + (epochs - 1) + " but was " + epoch);
    }
  }

  /** Checks that two sets of vectors can be compared sample by sample. */
  static void requireComparable(
      String firstName, ClipVectors first, String secondName, ClipVectors second) {
    NDArray a = first.array();
    NDArray b = second.array();
    boolean sameShape = a.getShape().equals(b.getShape());
    if (!sameShape || a.getDataType() != b.getDataType()) {
      throw new ShapeMismatchException(
          "%s [batch, width] is %s %s but %s is %s %s: shapes and types must be equal"
              .formatted(
                  firstName,
                  a.getShape(),
                  a.getDataType(),
                  secondName,
                  b.getShape(),
                  b.getDataType()));
    }
    if (first.batch() < 2) {
      throw new ShapeMismatchException(
          firstName
              + " [batch, width] is "
              + a.getShape()
              + ": a contrastive loss needs at least two samples, else its value is always 0");
    }
  }
}
