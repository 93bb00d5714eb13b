// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
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
          String.format(
              Locale.ROOT,
              "%s [batch, width] is %s %s but %s is %s %s: shapes and types must be equal",
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

  /** One argument of a loss. */
  record Input(String name, ClipVectors vectors) {}

  /**
   * Passes a loss that is a number; else says which vectors made it none. A NaN in any vector makes
   * the loss one, so finite vectors cost one number read back.
   */
  static NDArray requireFinite(NDArray loss, List<Input> vectors) {
    double value = Readback.scalar(loss);
    if (Double.isFinite(value)) {
      return loss;
    }
    loss.close();
    for (Input each : vectors) {
      Finite.require(
          each.name + " vectors",
          each.vectors.array(),
          "look at the network, or the data, they come from");
    }
    throw new NotFiniteException(
        "the loss became "
            + value
            + " although all vectors are finite: make them length 1 (ClipVectors.normalized) or"
            + " raise the temperature");
  }
}
