// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;

/** Indexes that earlier versions wrote are still read; those of a new format join them. */
class JVectorFormatTest {
  /** 256 points of a curve, written by the first version with JVector 4.0.2 on JDK 17. */
  private static final Path FIRST = Path.of("src/test/resources/index-format-1");

  @Test
  void should_read_what_the_first_version_wrote() throws IOException {
    JVectorIndex.verify(FIRST);
    try (JVectorIndex index = JVectorIndex.open(FIRST);
        NeighborIndex exact = ExactIndex.open(FIRST.resolve("vectors.npy"))) {
      assertThat(index.size()).isEqualTo(256);
      assertThat(index.config().degree()).isEqualTo(16);
      for (int i = 0; i < 256; i += 15) {
        double angle = 2 * Math.PI * i / 256;
        float[] query = {
          (float) Math.cos(angle),
          (float) Math.sin(angle),
          (float) Math.cos(3 * angle),
          (float) Math.sin(3 * angle)
        };
        SearchRequest request = SearchRequest.of(3).withCandidates(256);
        assertThat(index.search(query, request)).isEqualTo(exact.search(query, request));
        assertThat(index.search(query, request).get(0).id()).isEqualTo(i);
      }
    }
  }
}
