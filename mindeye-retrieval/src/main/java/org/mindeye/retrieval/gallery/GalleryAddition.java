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
 * @param perGraph vectors of a part with a graph, at most; at least {@value #LEAST_PER_GRAPH}. More
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
    int perGraph,
    BuildListener listener) {
  /**
   * As many as one graph is known to find nearly all neighbours of, even where vectors lie in
   * clusters that have nothing in common.
   */
  public static final int STANDARD_PER_GRAPH = 100_000;

  /** More become graphs of half as many at least, which codes can be trained with. */
  static final int LEAST_PER_GRAPH = 512;

  /** Checks that all is there. */
  public GalleryAddition {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(listener, "listener");
    if (perGraph < LEAST_PER_GRAPH) {
      throw new IllegalArgumentException(
          "perGraph: expected at least " + LEAST_PER_GRAPH + " but was " + perGraph);
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
        kind, source, null, JVectorConfig.standard(), STANDARD_PER_GRAPH, BuildListener.NONE);
  }

  /**
   * The same of pictures that lie in a folder.
   *
   * @param folder where the pictures lie that the metadata names; null for none
   * @return a changed copy
   */
  public GalleryAddition withPictures(Path folder) {
    return new GalleryAddition(kind, source, folder, graph, perGraph, listener);
  }

  /**
   * The same with other graphs.
   *
   * @param other how a graph is built
   * @return a changed copy
   */
  public GalleryAddition withGraph(JVectorConfig other) {
    return new GalleryAddition(kind, source, pictures, other, perGraph, listener);
  }

  /**
   * The same with graphs of another size.
   *
   * @param vectors of a graph, at most
   * @return a changed copy
   */
  public GalleryAddition withPerGraph(int vectors) {
    return new GalleryAddition(kind, source, pictures, graph, vectors, listener);
  }

  /**
   * The same, watched.
   *
   * @param other is notified of the progress
   * @return a changed copy
   */
  public GalleryAddition withListener(BuildListener other) {
    return new GalleryAddition(kind, source, pictures, graph, perGraph, other);
  }
}
