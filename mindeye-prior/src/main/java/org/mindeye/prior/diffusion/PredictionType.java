// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

/**
 * What a network predicts from a noisy sample {@code x = alpha x0 + sigma epsilon}; the names are
 * those of {@code prediction_type} in diffusers. With the sample, each determines the other two.
 */
public enum PredictionType {
  /** The clean sample {@code x0}: the published priors. */
  SAMPLE,
  /** The noise {@code epsilon}: Stable Diffusion and Versatile Diffusion. */
  EPSILON,
  /** The velocity {@code v = alpha epsilon - sigma x0} (Salimans and Ho 2022). */
  V_PREDICTION;

  /**
   * One prediction as a weighted sum of the noisy sample and another prediction.
   *
   * @param noisy weight of the noisy sample
   * @param predicted weight of the prediction that is there
   */
  public record Conversion(double noisy, double predicted) {
    /** A prediction as it is. */
    public static final Conversion IDENTITY = new Conversion(0, 1);
  }

  /**
   * What a network of this type is to predict, as a weighted sum of what the noisy sample was made
   * of.
   *
   * @param clean weight of the clean sample
   * @param noise weight of the noise
   */
  public record Target(double clean, double noise) {}

  /**
   * What a network learns to predict from a sample that was made noisy.
   *
   * @param level how noisy it was made
   * @return the weights
   */
  public Target target(NoiseLevel level) {
    return switch (this) {
      case SAMPLE -> new Target(1, 0);
      case EPSILON -> new Target(0, 1);
      case V_PREDICTION -> new Target(-level.sigma(), level.alpha());
    };
  }

  /**
   * How a prediction of this type becomes one of another.
   *
   * @param wanted the other type
   * @param level how noisy the sample is
   * @return the weights; {@link Conversion#IDENTITY} for the same type
   * @throws IllegalArgumentException if the sample says nothing about what is wanted: pure noise
   *     nothing about a clean sample beside a prediction of the noise, a clean sample nothing about
   *     the noise beside a prediction of the sample
   */
  public Conversion to(PredictionType wanted, NoiseLevel level) {
    if (this == wanted) {
      return Conversion.IDENTITY;
    }
    double alpha = level.alpha();
    double sigma = level.sigma();
    if (this == EPSILON && alpha == 0 || this == SAMPLE && sigma == 0) {
      throw new IllegalArgumentException(
          "prediction: "
              + this
              + " cannot be turned into "
              + wanted
              + " at alphaBar "
              + level.alphaBar()
              + ", where the noisy sample is "
              + (alpha == 0 ? "nothing but noise" : "the clean one"));
    }
    return switch (this) {
      case SAMPLE ->
          wanted == EPSILON
              ? new Conversion(1 / sigma, -alpha / sigma)
              : new Conversion(alpha / sigma, -1 / sigma);
      case EPSILON ->
          wanted == SAMPLE
              ? new Conversion(1 / alpha, -sigma / alpha)
              : new Conversion(-sigma / alpha, 1 / alpha);
      case V_PREDICTION ->
          wanted == SAMPLE ? new Conversion(alpha, -sigma) : new Conversion(sigma, alpha);
    };
  }
}
