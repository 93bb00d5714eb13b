// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.web;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of what is fetched.
 *
 * @param timeout of one file, from connecting to the last byte, redirects included
 * @param bytes of one file, at most
 * @param redirects that are followed, at most
 * @param agent who asks, as servers read it
 * @param privateNetworks whether addresses of this machine and of private networks are asked: a
 *     list of addresses that others wrote must not reach what only this network sees
 */
public record FetchConfig(
    Duration timeout, int bytes, int redirects, String agent, boolean privateNetworks) {
  private static final int MEGABYTE = 1 << 20;

  /** Checks the numbers. */
  public FetchConfig {
    Objects.requireNonNull(agent, "agent");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: expected some time but was " + timeout);
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: expected at least 1 but was " + bytes);
    }
    if (redirects < 0) {
      throw new IllegalArgumentException("redirects: expected 0 or more but was " + redirects);
    }
  }

  /**
   * Five seconds, as published, 16 MB, three redirects, public addresses only.
   *
   * @return the limits
   */
  public static FetchConfig standard() {
    return new FetchConfig(
        Duration.ofSeconds(5), 16 * MEGABYTE, 3, "Mozilla/5.0 (compatible; mindeye)", false);
  }

  /**
   * The same with other limits of time and size.
   *
   * @param time of one file
   * @param most bytes of one file
   * @return a changed copy
   */
  public FetchConfig withLimits(Duration time, int most) {
    return new FetchConfig(time, most, redirects, agent, privateNetworks);
  }

  /**
   * The same, with addresses of this machine and of private networks allowed.
   *
   * @return a changed copy
   */
  public FetchConfig withPrivateNetworks() {
    return new FetchConfig(timeout, bytes, redirects, agent, true);
  }
}
