// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.statistics.RandomPairings;

/**
 * Two-way identification: is a reconstruction more similar to its own original than another
 * original is, for every other original? AlexNet(2), AlexNet(5), Inception and CLIP in the paper's
 * table 1. Similar is what has a higher Pearson correlation of features, in float64.
 *
 * <p>With {@code r[i][j]} the correlation of original {@code i} and reconstruction {@code j}, the
 * published score is the mean over {@code j} of the share of other {@code i} with {@code r[i][j] <
 * r[j][j]}. The comparison is strict: a tie is a failure, and so is every comparison with an image
 * whose features are all the same, which {@link TwoWayScores} lists. Originals with equal features
 * tie exactly.
 *
 * <p>Source: {@code two_way_identification} of {@code Reconstruction_Metrics.py}. The original
 * stacks originals and reconstructions and correlates all pairs; of that matrix this is the quarter
 * that it reads.
 */
public final class TwoWayIdentification {
  /** What the right image is compared with. */
  public enum Distractors {
    /** Other originals, for a given reconstruction. As published. */
    ORIGINALS,
    /**
     * Other reconstructions, for a given original: the same matrix compared along its rows. Another
     * question with another answer, for tables next to papers that ask it.
     */
    RECONSTRUCTIONS
  }

  private final Distractors distractors;

  private TwoWayIdentification(Distractors distractors) {
    this.distractors = distractors;
  }

  /**
   * As published: among originals.
   *
   * @return the paper's metric
   */
  public static TwoWayIdentification paper() {
    return among(Distractors.ORIGINALS);
  }

  /**
   * With a choice.
   *
   * @param distractors what the right image is compared with
   * @return the metric
   */
  public static TwoWayIdentification among(Distractors distractors) {
    return new TwoWayIdentification(Objects.requireNonNull(distractors, "distractors"));
  }

  /**
   * Scores features that are in memory.
   *
   * @param originals {@code [images, ...]} of any float type, flattened, at least two images
   * @param reconstructions as many features of as many images, in the same order
   * @return the scores
   * @throws ShapeMismatchException if the shapes differ, or there is only one image
   * @throws NotFiniteException if a feature is not finite
   */
  public TwoWayScores score(NDArray originals, NDArray reconstructions) {
    FeatureShape.requirePairs(originals, reconstructions);
    try (FeatureTable first = FeatureTable.of("originals", originals);
        FeatureTable second = FeatureTable.of("reconstructions", reconstructions)) {
      return score(first, second);
    } catch (IOException e) {
      throw new IllegalStateException("the heap is no file", e);
    }
  }

  /**
   * Scores features of any number, which may lie in a file. Time grows with the square of the
   * number of images; memory does not depend on the number of features, and is 4 KB for each image
   * and some 50 MB.
   *
   * @param originals full; stays open
   * @param reconstructions full, of the same size, in the same order; stays open
   * @return the scores
   * @throws IOException if a file cannot be read
   * @throws ShapeMismatchException if the sizes differ, or there is only one image
   * @throws IllegalStateException if a table is not full
   */
  public TwoWayScores score(FeatureTable originals, FeatureTable reconstructions)
      throws IOException {
    return score(originals, reconstructions, columns -> {});
  }

  /**
   * The same, and a test of chance from the same matrix: the share of comparisons that any other
   * pairing would win.
   *
   * @param originals full; stays open
   * @param reconstructions full, of the same size, in the same order; stays open
   * @param test of all images, to which those of the tables are added
   * @return the scores
   * @throws IOException if a file cannot be read
   * @throws ShapeMismatchException if the sizes differ, or there is only one image
   * @throws IllegalStateException if a table is not full, or the test is of blocks
   */
  public TwoWayScores score(
      FeatureTable originals, FeatureTable reconstructions, RandomPairings test)
      throws IOException {
    Objects.requireNonNull(test, "test");
    return score(
        originals,
        reconstructions,
        columns ->
            test.addColumns(
                Arrays.stream(columns).map(TwoWayIdentification::won).toArray(double[][]::new)));
  }

  private TwoWayScores score(
      FeatureTable originals, FeatureTable reconstructions, Consumer<double[][]> others)
      throws IOException {
    check(originals, reconstructions);
    boolean published = distractors == Distractors.ORIGINALS;
    FeatureTable searched = published ? originals : reconstructions;
    FeatureTable given = published ? reconstructions : originals;
    Integer[] counts = new Integer[given.images()];
    new CrossCorrelation(searched, given)
        .forEach(
            (first, columns) -> {
              for (int j = 0; j < columns.length; j++) {
                counts[first + j] = lost(columns[j], columns[j][first + j]);
              }
              others.accept(columns);
            });
    return new TwoWayScores(List.of(counts), constant(originals), constant(reconstructions));
  }

  /** The share of others that each would beat if it were the right one. */
  private static double[] won(double[] similarities) {
    double[] sorted = Arrays.stream(similarities).filter(x -> !Double.isNaN(x)).sorted().toArray();
    return Arrays.stream(similarities)
        .map(x -> below(sorted, x) / (similarities.length - 1.0))
        .toArray();
  }

  /** How many sorted numbers are less than one of them; none are less than NaN. */
  private static int below(double[] sorted, double x) {
    if (Double.isNaN(x)) {
      return 0;
    }
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (sorted[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many are below the right one, which is not below itself; nothing is below NaN. */
  private static int lost(double[] similarities, double right) {
    int count = 0;
    for (double similarity : similarities) {
      count += similarity < right ? 1 : 0;
    }
    return count;
  }

  private static void check(FeatureTable originals, FeatureTable reconstructions) {
    originals.requireFull();
    reconstructions.requireFull();
    if (originals.images() != reconstructions.images()
        || originals.width() != reconstructions.width()) {
      throw new ShapeMismatchException(
          "two-way identification: expected reconstructions "
              + size(originals)
              + " as the originals have, but was "
              + size(reconstructions));
    }
    if (originals.images() < 2) {
      throw new ShapeMismatchException(
          "two-way identification: expected at least 2 images but was 1; one alone has no other to"
              + " be compared with");
    }
  }

  private static String size(FeatureTable table) {
    return "[" + table.images() + ", " + table.width() + "]";
  }

  private static List<Integer> constant(FeatureTable table) {
    return IntStream.range(0, table.images()).filter(table::isConstant).boxed().toList();
  }
}
