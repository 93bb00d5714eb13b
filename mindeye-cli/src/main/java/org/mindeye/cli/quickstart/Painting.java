// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import org.mindeye.core.pipeline.DecodeConfig;

/**
 * What is painted of the test split.
 *
 * @param scenes how many, the first ones; at least 2, so that there is another one to compare with
 * @param priorSteps network calls of the prior's sampler
 * @param decoding how pictures are painted
 */
record Painting(int scenes, int priorSteps, DecodeConfig decoding) {
  Painting {
    if (scenes < 2) {
      throw new IllegalArgumentException("scenes: expected at least 2 but was " + scenes);
    }
  }

  Painting withScenes(int count) {
    return new Painting(count, priorSteps, decoding);
  }
}
