// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The auxiliary loss of the low-level branch: trains the student's similarities to the teacher's
 * features of an <em>augmented</em> image to be distributed like those of the teacher's features of
 * the plain image. The mean over both directions; only the student receives a gradient ({@code
 * soft_cont_loss} in {@code src/utils.py} of the original, on one device).
 *
 * @param temperature what similarities are divided by; positive
 */
public record SoftContrastiveLoss(double temperature) {
  /**
   * Checks the temperature.
   *
   * @param temperature positive and finite
   * @throws IllegalArgumentException if it is not
   */
  public SoftContrastiveLoss {
    Border.requireTemperature(temperature);
  }

  /**
   * The published setting of the low-level branch: temperature 0.075.
   *
   * @return the loss
   */
  public static SoftContrastiveLoss paper() {
    return new SoftContrastiveLoss(0.075);
  }

  /**
   * Computes the loss and checks that it is finite, which waits for the device.
   *
   * @param student {@code [batch, width]}, unit rows, at least two; float32 or float64
   * @param teacher {@code [batch, width]}, unit rows: the teacher's features of the images
   * @param augmentedTeacher {@code [batch, width]}, unit rows: its features of the augmented images
   * @return a scalar, owned by the student vectors' manager
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   * @throws NotFiniteException if a vector, or the loss, holds NaN or infinity
   */
  public NDArray evaluate(ClipVectors student, ClipVectors teacher, ClipVectors augmentedTeacher) {
    return Border.requireFinite(
        evaluateUnchecked(student, teacher, augmentedTeacher),
        List.of(
            new Border.Input("student", student),
            new Border.Input("teacher", teacher),
            new Border.Input("augmented teacher", augmentedTeacher)));
  }

  /**
   * As {@link #evaluate}, but does not look at the value: for a loop that reads all numbers of a
   * step at once, and refuses NaN and infinity itself.
   *
   * @param student as there
   * @param teacher as there
   * @param augmentedTeacher as there
   * @return a scalar, owned by the student vectors' manager; NaN or infinite if the vectors are
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   */
  public NDArray evaluateUnchecked(
      ClipVectors student, ClipVectors teacher, ClipVectors augmentedTeacher) {
    Border.requireComparable("student", student, "teacher", teacher);
    Border.requireComparable("student", student, "augmented teacher", augmentedTeacher);
    return Temporaries.freed(
        () ->
            ContrastiveCrossEntropy.distil(
                student.array(), teacher.array(), augmentedTeacher.array(), temperature));
  }
}
