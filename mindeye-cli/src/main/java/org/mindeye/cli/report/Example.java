// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.List;
import org.mindeye.core.pipeline.Neighbor;

/**
 * One query of the picture grid.
 *
 * @param sample position in the test split
 * @param rank of the seen picture among all, 1 for the first
 * @param nearest ids are positions in the test split, best first
 */
public record Example(int sample, int rank, List<Neighbor> nearest) {
  /**
   * Whether the seen picture came first.
   *
   * @return true for rank 1
   */
  public boolean isFound() {
    return rank == 1;
  }
}
