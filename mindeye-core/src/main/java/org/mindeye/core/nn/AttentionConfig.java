// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import java.util.Objects;
import org.mindeye.Plural;

/**
 * The shape of an attention layer.
 *
 * @param width numbers per token that asks and is answered
 * @param context numbers per token that is looked at
 * @param heads how many share the width evenly
 * @param inputBiases whether queries, keys and values have biases; the output always has one
 * @param names what its parameters are called
 */
public record AttentionConfig(
    int width, int context, int heads, boolean inputBiases, AttentionNames names) {
  /** Checks that the heads divide the width. */
  public AttentionConfig {
    Objects.requireNonNull(names, "names");
    if (width < 1 || context < 1) {
      throw new IllegalArgumentException(
          "attention: expected widths of 1 or more but was " + width + " and " + context);
    }
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "attention: a width of " + width + " cannot be shared by " + Plural.of(heads, "head"));
    }
  }

  /**
   * Tokens that look at each other, all maps with biases.
   *
   * @param width numbers per token
   * @param heads how many share the width evenly
   * @param names what the parameters are called
   * @return the configuration
   */
  public static AttentionConfig self(int width, int heads, AttentionNames names) {
    return new AttentionConfig(width, width, heads, true, names);
  }

  /**
   * The same for tokens that look at others.
   *
   * @param context numbers per token that is looked at
   * @return a configuration
   */
  public AttentionConfig withContext(int context) {
    return new AttentionConfig(width, context, heads, inputBiases, names);
  }

  /**
   * The same without biases of queries, keys and values, as in Stable Diffusion's UNet.
   *
   * @return a configuration
   */
  public AttentionConfig withoutInputBiases() {
    return new AttentionConfig(width, context, heads, false, names);
  }
}
