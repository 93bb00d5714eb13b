// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.Significance;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.evaluation.statistics.Uncertainty;

/**
 * Retrieval in one direction: row {@code i} of a square similarity matrix is the query, the columns
 * are the gallery, and column {@code i} is the right answer. Where several samples show the same
 * image, each of them is a right answer: they cannot be told apart, and the first one found counts.
 *
 * <p>Equal similarities count as if the gallery's higher index came first, which is what the
 * original's ascending sort does when it is stable ({@code topk} of {@code utils.py}). A model that
 * answers the same to everything therefore scores chance, not 1.
 */
public final class DirectionScores {
  /** How many queries are tested at once: 4 KB for each sample. */
  private static final int QUERIES = 512;

  private final String query;
  private final String gallery;
  private final SimilarityMatrix similarity;
  private final long[] images;
  private final int[] ranks;

  private DirectionScores(SimilarityMatrix similarity, long[] images) {
    this.query = similarity.rowName();
    this.gallery = similarity.columnName();
    this.similarity = similarity;
    this.images = images;
    this.ranks = ranks(IntStream.range(0, similarity.rows()).toArray(), images);
  }

  /**
   * Ranks the right answer of every row, each of which shows another image.
   *
   * @param similarity rows are queries, columns the gallery, both in the same order
   * @return the scores
   * @throws ShapeMismatchException if the matrix is not square
   */
  public static DirectionScores of(SimilarityMatrix similarity) {
    return of(similarity, LongStream.range(0, similarity.rows()).toArray());
  }

  /**
   * Ranks the first right answer of every row.
   *
   * @param similarity rows are queries, columns the gallery, both in the same order
   * @param imageIds the image of every row; samples with the same number are answers to each other.
   *     Copied
   * @return the scores
   * @throws ShapeMismatchException if the matrix is not square, or there is not one number per row
   */
  public static DirectionScores of(SimilarityMatrix similarity, long[] imageIds) {
    if (similarity.rows() != similarity.columns()) {
      throw new ShapeMismatchException(
          "retrieval scores: expected one "
              + similarity.columnName()
              + " per "
              + similarity.rowName()
              + ", in the same order, but there are "
              + Plural.of(similarity.rows(), "row")
              + " and "
              + Plural.of(similarity.columns(), "column"));
    }
    if (imageIds.length != similarity.rows()) {
      throw new ShapeMismatchException(
          "retrieval scores: expected one image number per "
              + similarity.rowName()
              + " ("
              + similarity.rows()
              + ") but there are "
              + imageIds.length);
    }
    return new DirectionScores(similarity, imageIds.clone());
  }

  /**
   * How many candidates stand before the first right answer to each member of a pool.
   *
   * @param pool indices into the rows
   * @param imageOf the image of each member of the pool
   */
  private int[] ranks(int[] pool, long[] imageOf) {
    int[] result = new int[pool.length];
    for (int own = 0; own < pool.length; own++) {
      int right = own;
      for (int other = 0; other < pool.length; other++) {
        if (imageOf[other] == imageOf[own] && isBefore(pool, own, other, right)) {
          right = other;
        }
      }
      for (int other = 0; other < pool.length; other++) {
        if (isBefore(pool, own, other, right)) {
          result[own]++;
        }
      }
    }
    return result;
  }

  private boolean isBefore(int[] pool, int query, int candidate, int reference) {
    float one = similarity.get(pool[query], pool[candidate]);
    float other = similarity.get(pool[query], pool[reference]);
    return one > other || (one == other && candidate > reference);
  }

  /**
   * Scores a pool: only its members are queries, and only they are in the gallery.
   *
   * @param pool indices into the rows
   * @param protocol random pools know which samples show the same image; the published ones do not,
   *     and a sample that occurs twice there is two candidates of which one is right
   * @return the fraction of members whose right answer comes first
   */
  double top1(int[] pool, PoolProtocol protocol) {
    LongUnaryOperator imageOf =
        protocol == PoolProtocol.RANDOM ? i -> images[pool[(int) i]] : LongUnaryOperator.identity();
    return fractionBelow(ranks(pool, LongStream.range(0, pool.length).map(imageOf).toArray()), 1);
  }

  /** What guessing once reaches in random pools, whose members include the query's own sample. */
  double poolChance(int poolSize) {
    double others = size() - 1.0;
    return Arrays.stream(rightAnswers())
        .mapToDouble(right -> (1 + (right - 1) * (poolSize - 1) / others) / poolSize)
        .average()
        .orElseThrow();
  }

  private static double fractionBelow(int[] ranks, int k) {
    return Arrays.stream(ranks).filter(rank -> rank < k).count() / (double) ranks.length;
  }

  /**
   * What a query is.
   *
   * @return the name of the rows
   */
  public String query() {
    return query;
  }

  /**
   * What is searched.
   *
   * @return the name of the columns
   */
  public String gallery() {
    return gallery;
  }

  /**
   * What was ranked.
   *
   * @return the similarities of every query to every candidate, {@code [queries, gallery]}
   */
  public SimilarityMatrix similarity() {
    return similarity;
  }

  /**
   * The number of candidates, which is also the number of queries.
   *
   * @return how many
   */
  public int size() {
    return ranks.length;
  }

  /**
   * The fraction of queries whose right answer is among the {@code k} most similar of the whole
   * gallery.
   *
   * @param k how many guesses, at least 1
   * @return in [0, 1]
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public double topK(int k) {
    checkGuesses(k);
    return fractionBelow(ranks, k);
  }

  /**
   * The fraction of queries whose most similar candidate is the right one.
   *
   * @return in [0, 1]
   */
  public double top1() {
    return topK(1);
  }

  /**
   * The fraction of queries whose right answer is among the five most similar.
   *
   * @return in [0, 1]
   */
  public double top5() {
    return topK(5);
  }

  /**
   * The number of queries whose right answer comes first, and how sure that share is.
   *
   * @return hits among all queries
   */
  public HitRate hits() {
    return HitRate.of((int) Arrays.stream(ranks).filter(rank -> rank == 0).count(), size());
  }

  /**
   * How much top-1 would differ for other queries in the same gallery.
   *
   * @param config level and resamples
   * @param noise draws the queries
   * @return standard error and percentile bootstrap of {@link #top1()}
   * @throws IllegalArgumentException if there is only one query
   */
  public Uncertainty uncertainty(StatisticsConfig config, NoiseSource noise) {
    return Uncertainty.ofMean(
        Arrays.stream(ranks).mapToDouble(rank -> rank == 0 ? 1 : 0).toArray(), config, noise);
  }

  /**
   * Whether top-1 is more than chance: the right answers are dealt to the queries at random, and
   * what each query finds stays.
   *
   * @param config permutations and seed
   * @param stream which of the seed's streams draws, so that tests are independent of each other
   * @return the p-value of {@link #top1()}, and the chance of one guess
   */
  public Significance significance(StatisticsConfig config, long stream) {
    RandomPairings test = RandomPairings.ofAllImages(Better.HIGHER, config, stream);
    for (int first = 0; first < size(); first += QUERIES) {
      test.addColumns(
          IntStream.range(first, Math.min(size(), first + QUERIES))
              .mapToObj(this::hitsOfEveryAnswer)
              .toArray(double[][]::new));
    }
    return test.significance().withChance(chance(1));
  }

  /** For each sample, 1 if what the query finds would be right if the sample were the answer. */
  private double[] hitsOfEveryAnswer(int query) {
    int[] all = IntStream.range(0, size()).toArray();
    int found = 0;
    for (int candidate : all) {
      found = isBefore(all, query, candidate, found) ? candidate : found;
    }
    long image = images[found];
    return Arrays.stream(images).mapToDouble(answer -> answer == image ? 1 : 0).toArray();
  }

  /**
   * What guessing reaches.
   *
   * @param k how many guesses, at least 1
   * @return {@code min(k, size) / size}; more where several samples show the same image
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public double chance(int k) {
    checkGuesses(k);
    int guesses = Math.min(k, size());
    if (repeatedImages() == 0) {
      return guesses / (double) size();
    }
    return Arrays.stream(rightAnswers())
        .mapToDouble(right -> 1 - missed(right, guesses))
        .average()
        .orElseThrow();
  }

  /** The chance that none of so many guesses, all different, is right. */
  private double missed(long right, int guesses) {
    double chance = 1;
    for (int i = 0; i < guesses; i++) {
      chance *= Math.max(0.0, size() - right - i) / (size() - i);
    }
    return chance;
  }

  /** How many samples show the image of each query. */
  private long[] rightAnswers() {
    Map<Long, Long> samples =
        Arrays.stream(images).boxed().collect(Collectors.groupingBy(i -> i, Collectors.counting()));
    return Arrays.stream(images).map(samples::get).toArray();
  }

  /**
   * How many samples show an image that an earlier sample shows, too.
   *
   * @return 0 if all images are different
   */
  public int repeatedImages() {
    Set<Long> seen = new HashSet<>();
    return (int) Arrays.stream(images).filter(image -> !seen.add(image)).count();
  }

  /**
   * The image of every query, as given; the positions 0, 1, 2 and so on if nothing was given.
   *
   * @return in the order of the queries; a copy
   */
  public long[] imageIds() {
    return images.clone();
  }

  /**
   * The median position of the right answer; the mean of the two middle ones if their number is
   * even.
   *
   * @return 1 (always first) to the size of the gallery
   */
  public double medianRank() {
    int[] sorted = ranks.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double below = sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1];
    return 1 + (below + sorted[middle]) / 2;
  }

  /**
   * The position of each query's first right answer.
   *
   * @return 1 (first) to the size of the gallery, in the order of the queries; a copy
   */
  public int[] ranks() {
    return Arrays.stream(ranks).map(rank -> rank + 1).toArray();
  }

  private static void checkGuesses(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: expected at least 1 guess but was " + k);
    }
  }

  @Override
  public String toString() {
    return query + " -> " + gallery + ": top-1 " + top1() + " of " + size();
  }
}
