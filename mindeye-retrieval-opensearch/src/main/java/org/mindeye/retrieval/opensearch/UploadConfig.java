// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.time.Duration;

/**
 * How a gallery is filled.
 *
 * @param batch vectors of one request, at least 1
 * @param attempts until the upload fails, at least 1; repeated where the cluster cannot be reached,
 *     or has too much to do
 * @param pause before the second attempt; it doubles before each further one
 */
public record UploadConfig(int batch, int attempts, Duration pause) {
  /** Checks the numbers. */
  public UploadConfig {
    if (batch < 1) {
      throw new IllegalArgumentException("batch: expected at least 1 but was " + batch);
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: expected at least 1 but was " + attempts);
    }
    if (pause.isNegative()) {
      throw new IllegalArgumentException("pause: expected 0 or more but was " + pause);
    }
  }

  /**
   * 500 vectors, 8 attempts, a second: the last comes after two minutes.
   *
   * @return the settings
   */
  public static UploadConfig standard() {
    return new UploadConfig(500, 8, Duration.ofSeconds(1));
  }
}
