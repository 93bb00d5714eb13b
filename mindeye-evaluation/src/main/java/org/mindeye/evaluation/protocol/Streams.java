// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

/** Which streams of a seed serve which metric, so that none shares its draws with another. */
final class Streams {
  private Streams() {}

  static long pairings(long metric) {
    return 2 * metric;
  }

  static long resamples(long metric) {
    return 2 * metric + 1;
  }
}
