// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a {@link FinalLayerPriorNetwork}.
 *
 * @param width numbers per CLIP vector
 * @param textSlots learned tokens in the place of a caption's, which the network was built for
 * @param timesteps entries of the learned table of times: the timesteps of the diffusion
 * @param transformer the layers
 */
public record FinalLayerPriorConfig(
    int width, int textSlots, int timesteps, TransformerConfig transformer) {
  private static final int MOST_SLOTS = 8192;

  /** Checks the sizes. */
  public FinalLayerPriorConfig {
    TransformerConfig.requirePositive("width", width);
    if (textSlots < 1 || textSlots > MOST_SLOTS) {
      throw new IllegalArgumentException(
          "textSlots: expected 1 to " + MOST_SLOTS + " but was " + textSlots);
    }
    if (timesteps < 2) {
      throw new IllegalArgumentException("timesteps: expected at least 2 but was " + timesteps);
    }
    Objects.requireNonNull(transformer, "transformer");
  }

  /**
   * The prior of the published final-layer models: 101,894,032 parameters, 16 of them frozen
   * frequencies.
   *
   * @return the configuration
   */
  public static FinalLayerPriorConfig paper() {
    return new FinalLayerPriorConfig(768, 256, 1000, TransformerConfig.finalLayer());
  }

  /**
   * Reads the configuration that the file notes as {@code finalLayerPrior} in the metadata {@link
   * BackboneConfig#METADATA} or, where it notes none, off the names and shapes of its weights.
   * These do not tell the dropout rates, which matter in training only: those are taken to be the
   * published recipe's then, 0.05 and 0.05 ({@link TransformerConfig#finalLayer}); fine-tuning with
   * others starts from {@link #withTransformer}.
   *
   * @param file holds the network's tensors, with or without the prefixes {@code module.} and
   *     {@code net.}; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not a final-layer prior's, or contradict the
   *     metadata; if the metadata lack a key, or have an unknown one: names it
   */
  public static FinalLayerPriorConfig of(StateDict file) {
    FinalLayerPriorConfig found = PriorWeights.finalLayerConfig(PriorWeights.of(file));
    return PriorMetadata.finalLayer(file)
        .map(
            noted ->
                PriorMetadata.requireFits(
                    file,
                    noted,
                    found.withTransformer(found.transformer().as(noted.transformer()))))
        .orElse(found);
  }

  /**
   * Other layers.
   *
   * @param newTransformer the layers
   * @return a changed copy
   */
  public FinalLayerPriorConfig withTransformer(TransformerConfig newTransformer) {
    return new FinalLayerPriorConfig(width, textSlots, timesteps, newTransformer);
  }

  /**
   * Another number of text slots.
   *
   * @param newSlots how many
   * @return a changed copy
   */
  public FinalLayerPriorConfig withTextSlots(int newSlots) {
    return new FinalLayerPriorConfig(width, newSlots, timesteps, transformer);
  }

  /**
   * The space read and written.
   *
   * @return one token of the width
   */
  public ClipSpace space() {
    return new ClipSpace(1, width);
  }
}
