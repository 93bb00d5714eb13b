// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a {@link PriorNetwork}.
 *
 * @param space tokens and width read and written
 * @param transformer the layers between
 */
public record PriorConfig(ClipSpace space, TransformerConfig transformer) {
  private static final int MOST_TOKENS = 8192;

  /** Checks that both are there and the width suits the time embedding. */
  public PriorConfig {
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(transformer, "transformer");
    if (space.width() < 4 || space.width() % 2 != 0) {
      throw new IllegalArgumentException(
          "space: expected an even width of at least 4 (sines and cosines of the time) but was "
              + space.width());
    }
    if (space.tokens() > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "space: expected at most "
              + MOST_TOKENS
              + " tokens (each attends to all others) but was "
              + space.tokens());
    }
  }

  /**
   * The published 257-token prior: 56,055,184 parameters, 16 of them frozen frequencies.
   *
   * @return the configuration
   */
  public static PriorConfig paper() {
    return new PriorConfig(ClipSpace.VIT_L_14_HIDDEN, TransformerConfig.paper());
  }

  /**
   * Reads the configuration that the file notes as {@code prior} in the metadata {@link
   * BackboneConfig#METADATA} or, where it notes none, off the names and shapes of its weights.
   * These do not tell the dropout rates, which matter in training only: those are taken to be the
   * published recipe's then, none.
   *
   * @param file holds the network's tensors, with or without the prefixes {@code module.} and
   *     {@code net.}; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not a 257-token prior's, or contradict the
   *     metadata; if the metadata lack a key, or have an unknown one: names it
   */
  public static PriorConfig of(StateDict file) {
    PriorConfig found = PriorWeights.priorConfig(PriorWeights.of(file));
    return PriorMetadata.prior(file)
        .map(
            noted ->
                PriorMetadata.requireFits(
                    file,
                    noted,
                    found.withTransformer(found.transformer().as(noted.transformer()))))
        .orElse(found);
  }

  /**
   * Another space.
   *
   * @param newSpace tokens and width
   * @return a changed copy
   */
  public PriorConfig withSpace(ClipSpace newSpace) {
    return new PriorConfig(newSpace, transformer);
  }

  /**
   * Other layers.
   *
   * @param newTransformer the layers
   * @return a changed copy
   */
  public PriorConfig withTransformer(TransformerConfig newTransformer) {
    return new PriorConfig(space, newTransformer);
  }
}
