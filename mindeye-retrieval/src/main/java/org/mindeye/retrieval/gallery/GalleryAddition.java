// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;

/**
 * How something is added to a {@link GalleryFolder}.
 *
 * @param kind how the part will be searched
 * @param source what its vectors were made of, in words
 * @param pictures where the pictures lie that its metadata names; null for none
 * @param graph how a part with a graph is built
 * @param perPart vectors of a part with a graph, at most; at least {@value #LEAST_PER_PART}. More
 *     become several parts: one that is complete stays when the addition ends early. Searches go
 *     through all parts
 * @param listener is notified of the progress; what it throws ends the addition, of which complete
 *     parts are left then
 */
public record GalleryAddition(
    PartKind kind,
    String source,
    Path pictures,
    JVectorConfig graph,
    int perPart,
    BuildListener listener) {
  /**
   * As many as one graph is known to find nearly all neighbours of, even where vectors lie in
   * clusters that have nothing in common.
   */
  public static final int STANDARD_PER_PART = 100_000;

  /** Halves of more than these are enough for a graph each. */
  static final int LEAST_PER_PART = 512;

  /** Checks that all is there. */
  public GalleryAddition {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(listener, "listener");
    if (perPart < LEAST_PER_PART) {
      throw new IllegalArgumentException(
          "perPart: expected at least " + LEAST_PER_PART + " but was " + perPart);
    }
  }

  /**
   * With the standard graph, unwatched, of no pictures.
   *
   * @param kind how the part will be searched
   * @param source what its vectors were made of, in words
   * @return the addition
   */
  public static GalleryAddition of(PartKind kind, String source) {
    return new GalleryAddition(
        kind, source, null, JVectorConfig.standard(), STANDARD_PER_PART, BuildListener.NONE);
  }
}
