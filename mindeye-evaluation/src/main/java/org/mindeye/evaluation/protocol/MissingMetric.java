// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Objects;

/**
 * A metric of the protocol that was not computed.
 *
 * @param metric as the protocol calls it
 * @param reason why
 */
public record MissingMetric(String metric, String reason) {
  /** Checks that both are there. */
  public MissingMetric {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(reason, "reason");
  }
}
