// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.util.Locale;

/**
 * How far a network's result is from the original's where it computes in fewer bits: the relative
 * Euclidean error on a golden tensor, as it was measured. Tests hold the networks to these figures
 * ({@link TensorAssert#matches(Golden, String, FormatError, Enum, double)}), and the pages show
 * them.
 */
public enum FormatError {
  /** What the backbone predicts. */
  BACKBONE_TOKENS("backbone", "tokens", "backbone", 0.0052, 0.0071),
  /** What its projector makes of that. */
  BACKBONE_PROJECTED("backbone", "projected tokens", null, 0.0104, 0.0117),
  /** CLIP's tokens of an image. */
  CLIP_TOKENS("CLIP image tower", "tokens", "CLIP", 0.0067),
  /** The 257-token prior, once. */
  PRIOR("diffusion prior", "one prediction", "prior", 0.0087),
  /** The prior of one token, once. */
  FINAL_LAYER_PRIOR("diffusion prior, final layer", "one prediction", null, 0.0146),
  /** The blurry picture, fourfold enlarged. */
  LOW_LEVEL_LATENTS("low-level network", "latents", "low-level", 0.0146),
  /** What the low-level network learns from its teacher. */
  LOW_LEVEL_FEATURES("low-level network", "features", null, 0.0079),
  /** The teacher's tokens of an image. */
  TEACHER("ConvNeXt teacher", "tokens", "teacher", 0.0103),
  /** The distribution of latents. */
  ENCODER("autoencoder", "moments of latents", "encoder", 0.0149),
  /** Pixels. */
  DECODER("autoencoder", "decoded pixels", "decoder", 0.0183),
  /** The noise in latents. */
  UNET("UNet", "one prediction", "UNet", 0.0193),
  /** Latents painted over, with guidance. */
  IMAGE_TO_IMAGE("UNet", "latents after 17 guided steps", null, 0.0096);

  /** The formats by the names that they have in the library. */
  private static final String BFLOAT16 = "BFLOAT16";

  private static final String INT8_WEIGHTS = "INT8_WEIGHTS";

  /** Other processors add up in another order; a fault of a layer costs more than this. */
  private static final double MORE = 1.2;

  /** Well below, a table shows more than there is. */
  private static final double LESS = 0.7;

  private final String network;
  private final String result;
  private final String brief;
  private final double half;
  private final double integers;

  FormatError(String network, String result, String brief, double half, double integers) {
    this.network = network;
    this.result = result;
    this.brief = brief;
    this.half = half;
    this.integers = integers;
  }

  /** Of a network without integers. */
  FormatError(String network, String result, String brief, double half) {
    this(network, result, brief, half, Double.NaN);
  }

  /**
   * Which network.
   *
   * @return its name in the pages
   */
  public String network() {
    return network;
  }

  /**
   * Which of its results.
   *
   * @return its name in the pages
   */
  public String result() {
    return result;
  }

  /**
   * Whether it is the one that a short table has of its network.
   *
   * @return the heading there; null if it has none
   */
  public String brief() {
    return brief;
  }

  /**
   * What was measured, for people.
   *
   * @param format BFLOAT16 or INT8_WEIGHTS
   * @return percent with one decimal; "not offered" if the network has no such format
   */
  public String percent(String format) {
    double error = measured(format);
    return Double.isNaN(error) ? "not offered" : String.format(Locale.ROOT, "%.1f %%", 100 * error);
  }

  /**
   * The largest error that a test accepts.
   *
   * @param format a value of the library's type of formats
   * @return a little more than was measured
   */
  public double most(Enum<?> format) {
    return MORE * measured(format.name());
  }

  /** The smallest error that a test accepts. */
  double least(Enum<?> format) {
    return LESS * measured(format.name());
  }

  private double measured(String format) {
    return switch (format) {
      case BFLOAT16 -> half;
      case INT8_WEIGHTS -> integers;
      default -> throw new IllegalArgumentException(format + ": nothing was measured");
    };
  }
}
