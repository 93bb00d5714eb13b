// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

import java.util.Arrays;
import java.util.Objects;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * Would images that do not belong together score as well? The score of a pairing is the mean over
 * its pairs; it is compared with those of random pairings. Under the hypothesis that
 * reconstructions know nothing of their originals, the true pairing is one like any other, so that
 * the share of pairings that score at least as well, the true one counted, is the p-value (Phipson
 * and Smyth 2010).
 *
 * <p>Scores of pairs are added as they are computed, and not kept: memory is one number for each
 * pairing. Either whole blocks are added, of images that are paired among themselves, or columns of
 * the matrix of all pairs. Permutations within blocks are a subgroup of all, so that the test is
 * exact in both cases; of few blocks there are few pairings, and the p-value cannot be small.
 *
 * <pre>{@code
 * RandomPairings test = RandomPairings.withinBlocks(Better.HIGHER, config, 1);
 * test.addBlock(ssim.cross(originals, reconstructions)); // the next images, and so on
 * Significance significance = test.significance();
 * }</pre>
 *
 * <p>Not safe for concurrent use.
 */
public final class RandomPairings {
  private final Better better;
  private final StatisticsConfig config;
  private final long stream;
  private final Shuffle shuffle;
  private final NoiseSource noise;
  private final double[] sums;
  private int images;
  private double right;
  private double wrong;
  private long wrongPairs;

  private RandomPairings(Better better, StatisticsConfig config, long stream, Shuffle shuffle) {
    this.better = Objects.requireNonNull(better, "better");
    this.config = Objects.requireNonNull(config, "config");
    this.stream = stream;
    this.shuffle = shuffle;
    noise = NoiseSource.seeded(config.seed(), stream);
    sums = new double[config.permutations()];
  }

  /**
   * A test whose blocks are added one after the other.
   *
   * @param better which scores are the better ones
   * @param config permutations and seed
   * @param stream which of the seed's streams draws, so that tests are independent of each other
   * @return a test of no images
   */
  public static RandomPairings withinBlocks(Better better, StatisticsConfig config, long stream) {
    return new RandomPairings(better, config, stream, Shuffle.WITHIN_BLOCKS);
  }

  /**
   * A test of all pairs, whose columns are added one after the other.
   *
   * @param better which scores are the better ones
   * @param config permutations and seed
   * @param stream which of the seed's streams draws, so that tests are independent of each other
   * @return a test of no images
   */
  public static RandomPairings ofAllImages(Better better, StatisticsConfig config, long stream) {
    return new RandomPairings(better, config, stream, Shuffle.ALL_IMAGES);
  }

  /**
   * Adds images that are paired among themselves.
   *
   * @param scores {@code [originals, reconstructions]}, square, finite; the right pairs on the
   *     diagonal
   * @throws ShapeMismatchException if the matrix is not square
   * @throws IllegalStateException if the test is one of columns
   */
  public void addBlock(double[][] scores) {
    require(Shuffle.WITHIN_BLOCKS);
    for (int i = 0; i < scores.length; i++) {
      requireLength(scores.length, scores[i].length);
      for (int j = 0; j < scores.length; j++) {
        count(i == j, scores[i][j]);
      }
    }
    for (int p = 0; p < sums.length; p++) {
      int[] order = noise.permutation(scores.length);
      for (int j = 0; j < order.length; j++) {
        sums[p] += scores[order[j]][j];
      }
    }
    images += scores.length;
  }

  /**
   * Adds reconstructions with all originals.
   *
   * @param columns {@code [reconstructions, originals]}, finite: the next reconstructions, each
   *     with every original, in the order of all images
   * @throws ShapeMismatchException if there are more columns than originals are left
   * @throws IllegalStateException if the test is one of blocks
   */
  public void addColumns(double[][] columns) {
    require(Shuffle.ALL_IMAGES);
    int all = columns[0].length;
    if (images + columns.length > all) {
      throw new ShapeMismatchException(
          "permutation test: expected one reconstruction for each of "
              + all
              + " originals but there are "
              + (images + columns.length));
    }
    for (int j = 0; j < columns.length; j++) {
      requireLength(all, columns[j].length);
      for (int i = 0; i < all; i++) {
        count(i == images + j, columns[j][i]);
      }
    }
    for (int p = 0; p < sums.length; p++) {
      int[] order = NoiseSource.seeded(config.seed(), stream, p).permutation(all);
      for (int j = 0; j < columns.length; j++) {
        sums[p] += columns[j][order[images + j]];
      }
    }
    images += columns.length;
  }

  private void require(Shuffle expected) {
    if (shuffle != expected) {
      throw new IllegalStateException(
          "permutation test: this one shuffles "
              + shuffle
              + "; add "
              + (shuffle == Shuffle.ALL_IMAGES ? "columns" : "blocks"));
    }
  }

  private static void requireLength(int expected, int actual) {
    if (expected != actual) {
      throw new ShapeMismatchException(
          "permutation test: expected " + expected + " scores in a row but was " + actual);
    }
  }

  private void count(boolean isRight, double score) {
    if (isRight) {
      right += score;
    } else {
      wrong += score;
      wrongPairs++;
    }
  }

  /**
   * Compares the right pairing with the random ones.
   *
   * @return the significance of what was added; chance is the mean of all pairs that do not belong
   *     together
   * @throws IllegalStateException if there are no such pairs
   */
  public Significance significance() {
    if (wrongPairs == 0) {
      throw new IllegalStateException(
          "permutation test: no pairs that do not belong together were added; a block needs 2"
              + " images");
    }
    long reached = Arrays.stream(sums).filter(sum -> better.reaches(sum, right)).count();
    return new Significance(
        wrong / wrongPairs, (1.0 + reached) / (1 + sums.length), sums.length, shuffle);
  }
}
