// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import org.mindeye.cli.console.Misuse;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.PartKind;
import org.mindeye.retrieval.jvector.JVectorConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How what goes into a gallery will be searched. */
final class IndexOptions {
  @Option(
      names = "--index",
      paramLabel = "KIND",
      description =
          "exact, jvector (a graph: fast, finds nearly all), or auto (default): exact up to 300000"
              + " vectors, where nothing is said about graphs.")
  private String index = "auto";

  @Option(names = "--edges", paramLabel = "N", description = "Of a graph, per vector (32).")
  private Integer edges;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Vectors looked at to find the edges of one (100).")
  private Integer beam;

  @Option(
      names = "--per-graph",
      paramLabel = "N",
      description =
          "Vectors of a graph, at most (100000). More vectors become several graphs. Building one"
              + " is fast while its vectors fit into memory; every further graph makes a search"
              + " slower.")
  private Integer perGraph;

  @Option(names = "--threads", paramLabel = "N", description = "That build a graph (all cores).")
  private Integer threads;

  void requireSense(CommandSpec spec) {
    kind(spec, 1);
    if (index.equalsIgnoreCase("exact") && ofGraph()) {
      throw Misuse.of(
          spec, "--edges, --beam, --per-graph and --threads are for a graph, and --index is exact");
    }
    addition(spec, PartKind.JVECTOR, "");
  }

  private boolean ofGraph() {
    return edges != null || beam != null || perGraph != null || threads != null;
  }

  PartKind kind(CommandSpec spec, long count) {
    if (index.equalsIgnoreCase("auto")) {
      return ofGraph() ? PartKind.JVECTOR : PartKind.suiting(count);
    }
    for (PartKind kind : PartKind.values()) {
      if (kind.name().equalsIgnoreCase(index)) {
        return kind;
      }
    }
    throw Misuse.of(spec, "--index: expected exact, jvector or auto but was '" + index + "'");
  }

  /** How vectors are added, of what is not said here. */
  GalleryAddition addition(CommandSpec spec, PartKind kind, String source) {
    GalleryAddition standard = GalleryAddition.of(kind, source);
    JVectorConfig graph = standard.graph();
    return Misuse.accepted(
        spec,
        () ->
            standard
                .withGraph(
                    graph
                        .withGraph(
                            edges == null ? graph.degree() : edges,
                            beam == null ? graph.beam() : beam)
                        .withThreads(threads == null ? graph.threads() : threads))
                .withPerGraph(perGraph == null ? standard.perGraph() : perGraph));
  }
}
