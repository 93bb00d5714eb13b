// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

/**
 * The shape of a prior's transformer; its width is that of the tokens.
 *
 * @param depth layers
 * @param heads query heads of each layer; keys and values have one head, shared by all
 * @param headWidth channels of a head, even; the first 32, or all of fewer, are rotated by position
 * @param expansion hidden width of the feed-forward blocks, as a multiple of the width
 * @param normFormer whether the feed-forward blocks normalise their hidden channels
 * @param attentionDropout in training, of attention weights
 * @param feedForwardDropout in training, of hidden channels
 */
public record TransformerConfig(
    int depth,
    int heads,
    int headWidth,
    int expansion,
    boolean normFormer,
    double attentionDropout,
    double feedForwardDropout) {
  private static final int ROTATED = 32;

  /** Checks sizes and rates. */
  public TransformerConfig {
    requirePositive("depth", depth);
    requirePositive("heads", heads);
    if (headWidth < 2 || headWidth % 2 != 0) {
      throw new IllegalArgumentException(
          "headWidth: expected an even number (channels are rotated in pairs) but was "
              + headWidth);
    }
    requirePositive("expansion", expansion);
    requireRate("attentionDropout", attentionDropout);
    requireRate("feedForwardDropout", feedForwardDropout);
  }

  /**
   * The transformer of the published 257-token prior: 6 layers, 12 heads of 64, no dropout.
   *
   * @return the configuration
   */
  public static TransformerConfig paper() {
    return new TransformerConfig(6, 12, 64, 4, false, 0, 0);
  }

  /**
   * The transformer of the public text-to-image prior that the final-layer prior starts from: 12
   * layers, norm-former. (The two dropout rates are those of dalle2-pytorch's example; its {@code
   * prior_config.json} takes precedence.)
   *
   * @return the configuration
   */
  public static TransformerConfig finalLayer() {
    return new TransformerConfig(12, 12, 64, 4, true, 0.05, 0.05);
  }

  /**
   * Another size.
   *
   * @param newDepth layers
   * @param newHeads query heads
   * @param newHeadWidth channels of a head
   * @return a changed copy
   */
  public TransformerConfig withSize(int newDepth, int newHeads, int newHeadWidth) {
    return new TransformerConfig(
        newDepth,
        newHeads,
        newHeadWidth,
        expansion,
        normFormer,
        attentionDropout,
        feedForwardDropout);
  }

  /**
   * Other dropout rates.
   *
   * @param attention of attention weights
   * @param feedForward of hidden channels
   * @return a changed copy
   */
  public TransformerConfig withDropout(double attention, double feedForward) {
    return new TransformerConfig(
        depth, heads, headWidth, expansion, normFormer, attention, feedForward);
  }

  /**
   * Whether training draws dropout masks.
   *
   * @return true if a rate is not 0
   */
  public boolean hasDropout() {
    return attentionDropout > 0 || feedForwardDropout > 0;
  }

  /** How many channels of a head are rotated, two for each frequency. */
  int rotated() {
    return Math.min(ROTATED, headWidth);
  }

  /** These sizes with the rates of another, which weights do not show. */
  TransformerConfig as(TransformerConfig rates) {
    return new TransformerConfig(
        depth,
        heads,
        headWidth,
        expansion,
        normFormer,
        rates.attentionDropout,
        rates.feedForwardDropout);
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  static void requireRate(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected a rate in [0, 1) but was " + value);
    }
  }
}
