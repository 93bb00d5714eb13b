// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import org.mindeye.evaluation.NoiseCeiling;

/**
 * How much of each voxel is signal.
 *
 * @param estimate from the repeats
 * @param repeats presentations of each picture
 * @param pictures how many it was estimated from
 */
public record VoxelCeiling(NoiseCeiling estimate, int repeats, int pictures) {
  /**
   * The median voxel's share of signal in a mean of all repeats.
   *
   * @return in percent
   */
  public double medianPercent() {
    return estimate.medianPercent(repeats);
  }
}
