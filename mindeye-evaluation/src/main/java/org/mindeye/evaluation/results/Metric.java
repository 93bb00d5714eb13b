// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.Objects;
import java.util.regex.Pattern;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.statistics.Better;

/**
 * What a score measures, and how it is written.
 *
 * @param key what programs call it: lower-case letters, digits and underscores
 * @param title what people call it
 * @param format as it is, or as a percentage
 * @param decimals how many are written, of the percentage if it is one; 0 to 9
 * @param better which values are the better ones
 */
public record Metric(String key, String title, ValueFormat format, int decimals, Better better) {
  // Before the constants, which are checked with it.
  private static final Pattern KEY = Pattern.compile("[a-z0-9_]+");
  private static final int MOST_DECIMALS = 9;

  /** The mean correlation of pixels. */
  public static final Metric PIX_CORR = number("pixcorr", "PixCorr", Better.HIGHER);

  /** The structural similarity of gray pictures. */
  public static final Metric SSIM = number("ssim", "SSIM", Better.HIGHER);

  /** Two-way identification by AlexNet's second convolution. */
  public static final Metric ALEXNET_2 = share("alexnet_2", "AlexNet(2)");

  /** Two-way identification by AlexNet's fifth convolution. */
  public static final Metric ALEXNET_5 = share("alexnet_5", "AlexNet(5)");

  /** Two-way identification by Inception-v3. */
  public static final Metric INCEPTION = share("inception", "Inception");

  /** Two-way identification by CLIP. */
  public static final Metric CLIP = share("clip", "CLIP");

  /** The correlation distance of EfficientNet-B1's features. */
  public static final Metric EFFICIENT_NET = number("efficientnet_b", "EffNet-B", Better.LOWER);

  /** The correlation distance of features of SwAV's ResNet-50. */
  public static final Metric SWAV = number("swav", "SwAV", Better.LOWER);

  /** How often the picture that the brain saw comes first; published as "brain retrieval". */
  public static final Metric BRAIN_TO_IMAGE = share("brain_to_image", "Brain to image");

  /** How often the brain that saw the picture comes first; published as "image retrieval". */
  public static final Metric IMAGE_TO_BRAIN = share("image_to_brain", "Image to brain");

  /** Checks the name and the decimals. */
  public Metric {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "key: expected lower-case letters, digits and underscores but was '" + key + "'");
    }
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(better, "better");
    if (decimals < 0 || decimals > MOST_DECIMALS) {
      throw new IllegalArgumentException(
          "decimals: expected 0 to " + MOST_DECIMALS + " but was " + decimals);
    }
  }

  /**
   * A score that is written as it is, with three decimals.
   *
   * @param key what programs call it
   * @param title what people call it
   * @param better which values are the better ones
   * @return the metric
   */
  public static Metric number(String key, String title, Better better) {
    return new Metric(key, title, ValueFormat.NUMBER, 3, better);
  }

  /**
   * A share that is written in percent, with one decimal; more is better.
   *
   * @param key what programs call it
   * @param title what people call it
   * @return the metric
   */
  public static Metric share(String key, String title) {
    return new Metric(key, title, ValueFormat.PERCENT, 1, Better.HIGHER);
  }

  /**
   * The title, and which way is better.
   *
   * @return for example {@code PixCorr ↑}
   */
  public String heading() {
    return title + (better == Better.HIGHER ? " ↑" : " ↓");
  }

  /**
   * A value as it stands in tables.
   *
   * @param value finite
   * @return with the metric's decimals, and a percent sign if it is a share
   */
  public String write(double value) {
    return format.fixed(value, decimals);
  }
}
