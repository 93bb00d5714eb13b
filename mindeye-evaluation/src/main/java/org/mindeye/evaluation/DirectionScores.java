package org.mindeye.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.mindeye.core.MindEyeException;

/**
 * Retrieval in one direction: row {@code i} of a square similarity matrix is the query, the columns
 * are the gallery, and column {@code i} is the right answer.
 *
 * <p>Equal similarities count as if the gallery's higher index came first, which is what the
 * original's ascending sort does when it is stable ({@code topk} of {@code utils.py}). A model that
 * answers the same to everything therefore scores chance, not 1.
 */
public final class DirectionScores {
  private final String query;
  private final String gallery;
  private final SimilarityMatrix similarity;
  private final int[] ranks;

  private DirectionScores(SimilarityMatrix similarity) {
    this.query = similarity.rowName();
    this.gallery = similarity.columnName();
    this.similarity = similarity;
    int[] everything = IntStream.range(0, similarity.rows()).toArray();
    this.ranks = ranks(everything);
  }

  /**
   * Ranks the right answer of every row.
   *
   * @param similarity rows are queries, columns the gallery, both in the same order
   * @return the scores
   * @throws MindEyeException if the matrix is not square
   */
  public static DirectionScores of(SimilarityMatrix similarity) {
    if (similarity.rows() != similarity.columns()) {
      throw new MindEyeException(
          "retrieval scores: expected one "
              + similarity.columnName()
              + " per "
              + similarity.rowName()
              + ", in the same order, but there are "
              + similarity.rows()
              + " rows and "
              + similarity.columns()
              + " columns");
    }
    return new DirectionScores(similarity);
  }

  /** The position of each member's own partner in the pool, 0 being the best. */
  private int[] ranks(int[] pool) {
    int[] result = new int[pool.length];
    for (int own = 0; own < pool.length; own++) {
      float right = similarity.get(pool[own], pool[own]);
      for (int other = 0; other < pool.length; other++) {
        float wrong = similarity.get(pool[own], pool[other]);
        if (wrong > right || (wrong == right && other > own)) {
          result[own]++;
        }
      }
    }
    return result;
  }

  /**
   * Scores a pool: only its members are queries, and only they are in the gallery.
   *
   * @param pool indices into the rows; one that occurs twice is two candidates
   * @param k how many guesses
   * @return the fraction of members whose partner is among the {@code k} best
   */
  double topK(int[] pool, int k) {
    return fractionBelow(ranks(pool), k);
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
   * What guessing reaches.
   *
   * @param k how many guesses, at least 1
   * @return {@code min(k, size) / size}
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public double chance(int k) {
    checkGuesses(k);
    return Math.min(k, size()) / (double) size();
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
   * The position of each query's right answer.
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
