// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;

/** The memory that CLIP's image tower needs, before it exists. */
public final class ClipMemory {
  private ClipMemory() {}

  /**
   * Refuses to load weights that do not fit.
   *
   * @param config the shape of the network
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit: says what is needed and what there is, and
   *     names bfloat16 where that would fit
   */
  public static void requireLoadable(
      VisionTransformerConfig config, Precision precision, MemoryBudget budget) {
    List<Alternative> smaller =
        precision == Precision.FLOAT32
            ? List.of(
                new Alternative(Precision.BFLOAT16.toString(), weights(config, Precision.BFLOAT16)))
            : List.of();
    weights(config, precision)
        .requireFits("loading CLIP's image tower in " + precision, budget, smaller);
  }

  private static MemoryEstimate weights(VisionTransformerConfig config, Precision precision) {
    return new MemoryEstimate(inference(config, precision, 0).weights(), 0, 0, 0, 0);
  }

  /**
   * Estimates {@link ClipImageEncoder#encodeTokens}.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch images at a time, a chunk of the encoder; 0 for the weights alone
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(
      VisionTransformerConfig config, Precision precision, int batch) {
    ClipVisionTransformer network = new ClipVisionTransformer(config);
    network.storeIn(precision);
    // Of a layer, which ends before the next begins: stream and norms, which are float32, then
    // queries, keys, values, mixtures and what is added, and what is between the MLP's layers.
    long stream = 6L * config.hidden() * Float.BYTES;
    int bytes = precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES;
    long products = (6L * config.hidden() + config.intermediate()) * bytes;
    long side = config.patches().imageSize();
    long pixels = 3 * (3 * side * side * Float.BYTES); // given, shrunk, normalised
    long activations = batch * (pixels + config.tokens() * (stream + products));
    return MemoryEstimate.inference(network, activations);
  }
}
