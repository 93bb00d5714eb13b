// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;

class RecallCheckTest {
  private static float[][] draw(int count, int width, long seed) {
    NoiseSource noise = NoiseSource.seeded(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      noise.normal(row);
    }
    return rows;
  }

  /** An index that misses what a predicate says. */
  private record Forgetful(NeighborIndex exact, int remainder) implements NeighborIndex {
    @Override
    public int width() {
      return exact.width();
    }

    @Override
    public long size() {
      return exact.size();
    }

    @Override
    public Similarity similarity() {
      return exact.similarity();
    }

    @Override
    public List<Neighbor> search(float[] query, SearchRequest request) {
      return exact.search(query, request.withFilter(id -> id % 4 != remainder));
    }

    @Override
    public void close() {
      exact.close();
    }
  }

  /** Wide enough that the source is read in several blocks. */
  @Test
  void should_count_what_is_found_of_the_true_neighbors() throws IOException {
    int width = 1 << 19;
    EmbeddingSource source = EmbeddingSource.of(draw(40, width, 1));
    float[][] queries = draw(3, width, 2);
    SearchRequest all = SearchRequest.of(40);
    try (NeighborIndex exact = ExactIndex.of(source, Device.cpu())) {
      assertThat(RecallCheck.run(exact, source, queries, all, Device.cpu()))
          .isEqualTo(new RecallCheck(3, 40, 1, 1));
      assertThat(
              RecallCheck.run(new Forgetful(exact, 1), source, queries, all, Device.cpu()).recall())
          .isEqualTo(0.75);
      SearchRequest some = SearchRequest.of(7);
      RecallCheck few =
          RecallCheck.run(new Forgetful(exact, 1), source, queries, some, Device.cpu());
      long kept = 0;
      for (float[] query : queries) {
        kept += exact.search(query, some).stream().filter(n -> n.id() % 4 != 1).count();
      }
      assertThat(few.recall()).isEqualTo(kept / 21.0, offset(1e-12));
      assertThat(few.worst()).isLessThanOrEqualTo(few.recall());
    }
    assertThatThrownBy(() -> RecallCheck.run(null, source, new float[0][], all, Device.cpu()))
        .hasMessage("queries: expected at least one");
  }
}
