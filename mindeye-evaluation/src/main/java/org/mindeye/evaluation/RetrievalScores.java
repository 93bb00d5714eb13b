// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.PoolScores.PoolValues;

/**
 * Can the brain embedding find its image, and the image its brain embedding? Both directions, each
 * named by what is the query and what is searched.
 *
 * <p><b>The paper's labels.</b> The published code confuses rows and columns, and its labels stand
 * for the opposite direction of what they say:
 *
 * <table>
 * <caption>Labels of the paper and methods of this class</caption>
 * <tr><th>label</th><th>in the code</th><th>what is computed</th><th>here</th></tr>
 * <tr><td>image retrieval</td><td>fwd</td><td>rows are images: the best brain for each image</td>
 * <td>{@link #imageToBrain()}</td></tr>
 * <tr><td>brain retrieval</td><td>bwd</td><td>rows are brains: the best image for each brain</td>
 * <td>{@link #brainToImage()}</td></tr>
 * </table>
 *
 * <p>Compare the paper's 93.6 % (image retrieval, subject average) with {@code imageToBrain}.
 */
public final class RetrievalScores {
  private final DirectionScores brainToImage;
  private final DirectionScores imageToBrain;

  private RetrievalScores(DirectionScores brainToImage, DirectionScores imageToBrain) {
    this.brainToImage = brainToImage;
    this.imageToBrain = imageToBrain;
  }

  /**
   * Compares by cosine, every sample with another image.
   *
   * @param brain {@code [samples, width]}, the projector's output, rows of length 1
   * @param image {@code [samples, width]}, row {@code i} belongs to row {@code i} of {@code brain}
   * @return the scores, heap data
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the widths differ
   * @throws MindEyeException if the numbers of rows differ, or a row is zero or not finite
   */
  public static RetrievalScores between(ClipVectors brain, ClipVectors image) {
    return of(cosine(brain, image));
  }

  /**
   * Compares by cosine. Samples that show the same image are answers to each other; otherwise an
   * image that occurs twice would find its duplicate half of the time, and be wrong.
   *
   * @param brain {@code [samples, width]}, the projector's output, rows of length 1
   * @param image {@code [samples, width]}, row {@code i} belongs to row {@code i} of {@code brain}
   * @param imageIds {@code [samples]}, the image of each sample; copied
   * @return the scores, heap data
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the widths differ
   * @throws MindEyeException if the numbers of rows or ids differ, or a row is zero or not finite
   */
  public static RetrievalScores between(ClipVectors brain, ClipVectors image, long[] imageIds) {
    return of(cosine(brain, image), imageIds);
  }

  private static SimilarityMatrix cosine(ClipVectors brain, ClipVectors image) {
    return SimilarityMatrix.cosine("brain", brain.array(), "image", image.array());
  }

  /**
   * Scores similarities computed before, every sample with another image.
   *
   * @param brainRows rows are brains, columns are images, in the same order
   * @return the scores
   * @throws MindEyeException if the matrix is not square
   */
  public static RetrievalScores of(SimilarityMatrix brainRows) {
    return new RetrievalScores(
        DirectionScores.of(brainRows), DirectionScores.of(brainRows.transposed()));
  }

  /**
   * Scores similarities computed before.
   *
   * @param brainRows rows are brains, columns are images, in the same order
   * @param imageIds the image of each sample; samples of the same image are answers to each other
   * @return the scores
   * @throws MindEyeException if the matrix is not square, or there is not one id per row
   */
  public static RetrievalScores of(SimilarityMatrix brainRows, long[] imageIds) {
    return new RetrievalScores(
        DirectionScores.of(brainRows, imageIds),
        DirectionScores.of(brainRows.transposed(), imageIds));
  }

  /**
   * Rows are brains: which image did this brain see? (Published as "brain retrieval".)
   *
   * @return scores over the whole gallery
   */
  public DirectionScores brainToImage() {
    return brainToImage;
  }

  /**
   * Rows are images: which brain saw this image? (Published as "image retrieval".)
   *
   * @return scores over the whole gallery
   */
  public DirectionScores imageToBrain() {
    return imageToBrain;
  }

  /**
   * Scores of a direction that is chosen at run time.
   *
   * @param direction which way is searched
   * @return scores over the whole gallery
   */
  public DirectionScores of(RetrievalDirection direction) {
    return switch (direction) {
      case BRAIN_TO_IMAGE -> brainToImage;
      case IMAGE_TO_BRAIN -> imageToBrain;
    };
  }

  /**
   * Repeats top-1 retrieval among small pools of the samples, so that scores of test sets of
   * different sizes compare.
   *
   * @param config pool size, repetitions and protocol; {@link PoolConfig#paper()}
   * @param noise draws the pools; the same seed gives the same pools
   * @return means with 95 % confidence intervals; without one where a pool is the whole set, which
   *     is then scored once
   * @throws MindEyeException if there are fewer samples than a pool needs
   */
  public PoolScores pools(PoolConfig config, NoiseSource noise) {
    int available = brainToImage.size();
    if (config.poolSize() > available) {
      throw new MindEyeException(
          "retrieval pools: a pool needs "
              + Plural.of(config.poolSize(), "sample")
              + " but there are only "
              + available
              + "; choose a smaller pool (chance changes with it)");
    }
    PoolProtocol protocol = config.protocol();
    List<int[]> pools = PoolSampler.draw(config, available, noise);
    if (protocol == PoolProtocol.RANDOM && config.poolSize() == available) {
      pools = pools.subList(0, 1); // The others are the same.
    }
    PoolValues each =
        new PoolValues(
            accuracies(brainToImage, pools, protocol), accuracies(imageToBrain, pools, protocol));
    return new PoolScores(
        config,
        estimate(each.brainToImage()),
        estimate(each.imageToBrain()),
        protocol == PoolProtocol.RANDOM
            ? brainToImage.poolChance(config.poolSize())
            : 1.0 / config.poolSize(),
        each);
  }

  private static List<Double> accuracies(
      DirectionScores direction, List<int[]> pools, PoolProtocol protocol) {
    return pools.stream().map(pool -> direction.top1(pool, protocol)).toList();
  }

  private static Estimate estimate(List<Double> accuracies) {
    return Estimate.of(accuracies.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public String toString() {
    return "RetrievalScores[" + brainToImage + "; " + imageToBrain + "]";
  }
}
