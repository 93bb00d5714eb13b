// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.reconstruction.unet.StepInputs.Context;

/**
 * A condition as each transformer of one UNet looks at it, the same at all timesteps: made once per
 * image by {@link ConditionalUnet#prepare}, and used until that call's manager is closed. It does
 * not follow weights that change afterwards. Safe for concurrent callers.
 */
public final class PreparedCondition {
  private final ConditionalUnet network;
  private final Map<SpatialTransformer, Context> contexts;
  private final long batch;

  PreparedCondition(
      ConditionalUnet network, Map<SpatialTransformer, Context> contexts, long batch) {
    this.network = network;
    this.contexts = contexts;
    this.batch = batch;
  }

  /**
   * How many samples it is for.
   *
   * @return the length of the condition's first axis; one sample serves any batch
   */
  public long batch() {
    return batch;
  }

  /** What transformers look at, for a batch of a network. */
  Map<SpatialTransformer, Context> of(ConditionalUnet user, long samples) {
    if (user != network) {
      throw new IllegalArgumentException(
          "condition: it was prepared by another UNet; prepare it by the one that predicts");
    }
    if (batch != 1 && batch != samples) {
      throw new ShapeMismatchException(
          "condition: expected one sample, or as many as there are latents, "
              + samples
              + ", but it was prepared for "
              + Plural.of(batch, "sample"));
    }
    contexts.values().forEach(context -> Alive.require("condition", context.seen().keys()));
    return contexts;
  }
}
