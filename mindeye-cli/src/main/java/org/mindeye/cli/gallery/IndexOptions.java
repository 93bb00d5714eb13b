// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import org.mindeye.cli.console.Misuse;
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
              + " vectors.")
  private String index = "auto";

  @Option(names = "--edges", paramLabel = "N", description = "Of a graph, per vector (32).")
  private Integer edges;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Vectors looked at to find the edges of one (100).")
  private Integer beam;

  @Option(names = "--threads", paramLabel = "N", description = "That build a graph (all cores).")
  private Integer threads;

  void requireSense(CommandSpec spec) {
    kind(spec, 1);
    if (index.equalsIgnoreCase("exact") && (edges != null || beam != null || threads != null)) {
      throw Misuse.of(spec, "--edges, --beam and --threads are for a graph, and --index is exact");
    }
    graph(spec);
  }

  PartKind kind(CommandSpec spec, long count) {
    if (index.equalsIgnoreCase("auto")) {
      return PartKind.suiting(count);
    }
    for (PartKind kind : PartKind.values()) {
      if (kind.name().equalsIgnoreCase(index)) {
        return kind;
      }
    }
    throw Misuse.of(spec, "--index: expected exact, jvector or auto but was '" + index + "'");
  }

  JVectorConfig graph(CommandSpec spec) {
    JVectorConfig standard = JVectorConfig.standard();
    return Misuse.accepted(
        spec,
        () ->
            standard
                .withGraph(
                    edges == null ? standard.degree() : edges,
                    beam == null ? standard.beam() : beam)
                .withThreads(threads == null ? standard.threads() : threads));
  }
}
