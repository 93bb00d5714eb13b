// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;

/** The memory that CLIP's image tower needs, before it exists. */
public final class ClipMemory {
  private ClipMemory() {}

  /**
   * Refuses to load weights that do not fit.
   *
   * @param config the shape of the network
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit: says what is needed and what there is
   */
  public static void requireLoadable(VisionTransformerConfig config, MemoryBudget budget) {
    long weights = MemoryEstimate.inference(new ClipVisionTransformer(config), 0).weights();
    new MemoryEstimate(weights, 0, 0, 0, 0)
        .requireFits("loading CLIP's image tower", budget, List.of());
  }
}
