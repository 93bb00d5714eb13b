// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.Torch;

/** The one formula behind every contrastive loss. Trusts its input. */
final class ContrastiveCrossEntropy {
  private static final int COLUMNS = 0;
  private static final int ROWS = 1;

  private ContrastiveCrossEntropy() {}

  /**
   * Cross-entropy between target weights and the softmax of the similarities, over the rows and
   * over the columns of the same matrix, averaged:
   *
   * <pre>-1/(2B) sum_ij ( A[i,j] logsoftmax_row(S)[i,j] + B[i,j] logsoftmax_column(S)[i,j] )</pre>
   *
   * @param logits {@code [batch, batch]}, S
   * @param overRows {@code [batch, batch]}, the weights A
   * @param overColumns {@code [batch, batch]}, the weights B
   */
  static NDArray of(NDArray logits, NDArray overRows, NDArray overColumns) {
    NDArray rows = logits.logSoftmax(ROWS).mul(overRows);
    NDArray columns = logits.logSoftmax(COLUMNS).mul(overColumns);
    NDArray factor = Torch.scalar(logits, -0.5 / logits.getShape().get(0));
    return rows.add(columns).mul(factor).sum();
  }

  /**
   * The cross-entropy whose weights are a teacher's own softmax: each row and each column of the
   * student's similarities is trained to be distributed like the teacher's.
   *
   * @param student {@code [batch, width]}, the only one with a gradient
   * @param teacher {@code [batch, width]}
   * @param reference {@code [batch, width]}, what both are compared with
   */
  static NDArray distil(NDArray student, NDArray teacher, NDArray reference, double temperature) {
    NDArray fixed = reference.stopGradient();
    NDArray goal = logits(teacher.stopGradient(), fixed, temperature);
    return of(logits(student, fixed, temperature), goal.softmax(ROWS), goal.softmax(COLUMNS));
  }

  /** Inner products of all pairs divided by the temperature; nothing of the inputs is copied. */
  static NDArray logits(NDArray rows, NDArray columns, double temperature) {
    return rows.matMul(columns.transpose()).div(Torch.scalar(rows, temperature));
  }
}
