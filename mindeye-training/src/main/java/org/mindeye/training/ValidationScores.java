package org.mindeye.training;

/**
 * How well a model does on the validation split, from the mean response to each image, without
 * mixing or dropout.
 *
 * @param losses by the definitions of {@link ValidationConfig.Protocol}
 * @param cosine mean cosine between a brain embedding and its own image
 * @param brainToImage share of brains whose nearest image of the pool is their own, in [0, 1]
 * @param imageToBrain share of images whose nearest brain is their own, in [0, 1]
 * @param candidates how many images the nearest is chosen from
 */
public record ValidationScores(
    LossTerms losses, double cosine, double brainToImage, double imageToBrain, int candidates) {
  /**
   * Both directions together.
   *
   * @return mean top-1, in [0, 1]
   */
  public double retrieval() {
    return (brainToImage + imageToBrain) / 2;
  }

  /** Sums, on the way to a mean over pools. */
  ValidationScores plus(ValidationScores other) {
    return new ValidationScores(
        losses.plus(other.losses),
        cosine + other.cosine,
        brainToImage + other.brainToImage,
        imageToBrain + other.imageToBrain,
        candidates + other.candidates);
  }

  /** Whether these are better than others, by one of the ways to choose. */
  boolean betterThan(ValidationScores other, ValidationConfig.Selection selection) {
    if (selection == ValidationConfig.Selection.RETRIEVAL && retrieval() != other.retrieval()) {
      return retrieval() > other.retrieval();
    }
    return losses.total() < other.losses.total();
  }
}
