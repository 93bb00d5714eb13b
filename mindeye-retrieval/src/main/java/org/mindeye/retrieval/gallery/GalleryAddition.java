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
 * @param listener is notified of the progress; what it throws ends the addition, of which nothing
 *     is left then
 */
public record GalleryAddition(
    PartKind kind, String source, Path pictures, JVectorConfig graph, BuildListener listener) {
  /** Checks that all is there. */
  public GalleryAddition {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(listener, "listener");
  }

  /**
   * With the standard graph, unwatched, of no pictures.
   *
   * @param kind how the part will be searched
   * @param source what its vectors were made of, in words
   * @return the addition
   */
  public static GalleryAddition of(PartKind kind, String source) {
    return new GalleryAddition(kind, source, null, JVectorConfig.standard(), BuildListener.NONE);
  }
}
