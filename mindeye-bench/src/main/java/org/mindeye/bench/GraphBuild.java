// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.formats.io.Folders;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A gallery on the disk, built with as many threads as there are processors. */
public class GraphBuild extends MindEyeBenchmark {
  @Param({"1000", "100000", "1000000"})
  int gallery;

  private ScratchFolder folder;
  private ClusteredVectors source;

  /** Creates the benchmark; JMH fills in the parameters. */
  public GraphBuild() {}

  /**
   * Builds once, and looks for a vector of the gallery in it.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    source = new ClusteredVectors(SEED, gallery);
    Path path = folder.path().resolve("checked");
    try (NeighborIndex index = source.build(path).openIndex()) {
      long found = index.search(source.vector(gallery - 1), SearchRequest.of(1)).get(0).id();
      Check.near("the last vector's own nearest", found, gallery - 1, 0);
    }
    Folders.delete(path);
  }

  /**
   * One build; the folder is deleted again, which takes next to nothing.
   *
   * @return where it was
   * @throws IOException if the disk refuses
   */
  @Benchmark
  public Path build() throws IOException {
    Path path = folder.path().resolve("built");
    source.build(path);
    Folders.delete(path);
    return path;
  }

  /**
   * Deletes what is left.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    folder.close();
  }
}
