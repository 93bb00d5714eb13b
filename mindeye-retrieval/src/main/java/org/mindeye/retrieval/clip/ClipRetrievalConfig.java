// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Which server is asked, and how.
 *
 * @param server where {@code knn-service} is below, for example {@code http://localhost:1234}; http
 *     or https
 * @param index what the server calls the gallery ({@code indice_name})
 * @param width numbers per vector of that gallery
 * @param modality whose embeddings are searched
 * @param cleaning what the server removes from what it finds
 * @param aesthetics whether the server prefers beautiful pictures
 * @param limits of time and size
 */
public record ClipRetrievalConfig(
    URI server,
    String index,
    int width,
    Modality modality,
    Cleaning cleaning,
    Aesthetics aesthetics,
    Limits limits) {
  /** MindEye's gallery. */
  private static final String PUBLISHED_INDEX = "laion5B-L-14";

  private static final int PUBLISHED_WIDTH = 768;

  /** Checks the numbers and the address. */
  public ClipRetrievalConfig {
    Objects.requireNonNull(index, "index");
    Objects.requireNonNull(modality, "modality");
    Objects.requireNonNull(cleaning, "cleaning");
    Objects.requireNonNull(aesthetics, "aesthetics");
    Objects.requireNonNull(limits, "limits");
    String scheme = String.valueOf(server.getScheme());
    if (!scheme.matches("(?i)https?") || server.getHost() == null) {
      throw new IllegalArgumentException(
          "server: expected an address such as http://localhost:1234 but was " + server);
    }
    if (width < 1) {
      throw new IllegalArgumentException("width: expected at least 1 but was " + width);
    }
  }

  /**
   * What a server removes from what it finds, which makes results shorter than asked for.
   *
   * @param duplicates pictures that are nearly the same, all but one
   * @param unsafe pictures that its safety model finds
   * @param violent pictures that its violence detector finds
   */
  public record Cleaning(boolean duplicates, boolean unsafe, boolean violent) {
    /**
     * Duplicates only, as MindEye asks.
     *
     * @return the settings
     */
    public static Cleaning paper() {
      return new Cleaning(true, false, false);
    }
  }

  /** Whether a server moves the query towards pictures that people find beautiful. */
  public enum Aesthetics {
    /** The query is searched as it is. */
    NONE,

    /**
     * As the original's client asks by default: with a score of 9 and a weight of 0.5 the server
     * adds half an embedding of beauty to the query before it searches.
     */
    AS_PUBLISHED
  }

  /**
   * Limits of time and size.
   *
   * @param timeout of one attempt, from connecting to the last byte
   * @param attempts until a search fails, at least 1; repeated where the server cannot be reached,
   *     takes too long, or answers with status 429 or 500 and above
   * @param pause between two attempts
   * @param answerBytes of an answer, at most
   */
  public record Limits(Duration timeout, int attempts, Duration pause, int answerBytes) {
    /** Checks the numbers. */
    public Limits {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout: expected some time but was " + timeout);
      }
      if (attempts < 1) {
        throw new IllegalArgumentException("attempts: expected at least 1 but was " + attempts);
      }
      if (pause.isNegative()) {
        throw new IllegalArgumentException("pause: expected 0 or more but was " + pause);
      }
      if (answerBytes < 1) {
        throw new IllegalArgumentException(
            "answerBytes: expected at least 1 but was " + answerBytes);
      }
    }

    /**
     * Half a minute, twice, two seconds apart, and 64 MB.
     *
     * @return the limits
     */
    public static Limits standard() {
      return new Limits(Duration.ofSeconds(30), 2, Duration.ofSeconds(2), 1 << 26);
    }
  }

  /**
   * Any gallery of pictures.
   *
   * @param server where {@code knn-service} is below
   * @param index what the server calls the gallery
   * @param width numbers per vector of that gallery
   * @return duplicates are removed, and nothing else is changed
   */
  public static ClipRetrievalConfig of(URI server, String index, int width) {
    return new ClipRetrievalConfig(
        server, index, width, Modality.IMAGE, Cleaning.paper(), Aesthetics.NONE, Limits.standard());
  }

  /**
   * MindEye's gallery and what it asks, on a server of your own: LAION-5B as CLIP ViT-L/14 sees it.
   * The service that the original used is gone.
   *
   * @param server where {@code knn-service} is below
   * @return with the original's aesthetics
   */
  public static ClipRetrievalConfig paper(URI server) {
    return of(server, PUBLISHED_INDEX, PUBLISHED_WIDTH).withAesthetics(Aesthetics.AS_PUBLISHED);
  }

  /**
   * The same with other aesthetics.
   *
   * @param other what the server prefers
   * @return a changed copy
   */
  public ClipRetrievalConfig withAesthetics(Aesthetics other) {
    return new ClipRetrievalConfig(server, index, width, modality, cleaning, other, limits);
  }

  /**
   * The same with other limits.
   *
   * @param other of time and size
   * @return a changed copy
   */
  public ClipRetrievalConfig withLimits(Limits other) {
    return new ClipRetrievalConfig(server, index, width, modality, cleaning, aesthetics, other);
  }

  /**
   * The same with another choice of what is removed.
   *
   * @param other what the server removes
   * @return a changed copy
   */
  public ClipRetrievalConfig withCleaning(Cleaning other) {
    return new ClipRetrievalConfig(server, index, width, modality, other, aesthetics, limits);
  }
}
