// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

/** Which scores are the better ones. */
public enum Better {
  /** Similarities and shares. */
  HIGHER,
  /** Distances. */
  LOWER;

  /** Whether a score is at least as good as another, up to rounding of their sums. */
  boolean reaches(double score, double other) {
    double rounding = 1e-12 * Math.max(1, Math.abs(other));
    return this == HIGHER ? score >= other - rounding : score <= other + rounding;
  }
}
