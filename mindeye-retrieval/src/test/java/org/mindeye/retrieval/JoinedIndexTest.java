// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

class JoinedIndexTest {
  private static final int WIDTH = 5;

  private final List<NeighborIndex> parts = new ArrayList<>();

  private static float[][] draw(int count) {
    NoiseSource noise = NoiseSource.seeded(7);
    float[][] rows = new float[count][WIDTH];
    for (float[] row : rows) {
      noise.normal(row);
    }
    return rows;
  }

  private JoinedIndex joined(float[][]... rows) throws IOException {
    for (float[][] some : rows) {
      parts.add(ExactIndex.of(EmbeddingSource.of(some), Device.cpu()));
    }
    return JoinedIndex.of(parts);
  }

  @Test
  void should_find_what_one_index_of_all_finds() throws IOException {
    float[][] rows = draw(40);
    rows[30] = rows[3].clone(); // equally near, in another part
    rows[25] = rows[3].clone();
    float[][] queries = {rows[3], rows[17], draw(41)[40]};
    SearchRequest five = SearchRequest.of(5);
    SearchRequest odd = SearchRequest.of(5).withFilter(id -> id % 2 == 1);
    try (JoinedIndex index =
            joined(
                Arrays.copyOf(rows, 12),
                Arrays.copyOfRange(rows, 12, 13),
                Arrays.copyOfRange(rows, 13, 40));
        ExactIndex all = ExactIndex.of(EmbeddingSource.of(rows), Device.cpu())) {
      assertThat(index.size()).isEqualTo(40);
      assertThat(index.width()).isEqualTo(WIDTH);
      assertThat(index.similarity()).isEqualTo(Similarity.COSINE);
      for (SearchRequest request : List.of(five, odd)) {
        List<List<Neighbor>> found = index.searchAll(queries, request);
        for (int i = 0; i < queries.length; i++) {
          assertThat(ids(found.get(i))).isEqualTo(ids(all.searchAll(queries, request).get(i)));
          assertThat(ids(index.search(queries[i], request))).isEqualTo(ids(found.get(i)));
        }
      }
      assertThat(ids(index.search(rows[3], five))).startsWith(3L, 25L, 30L);
      assertThat(ids(index.search(rows[3], odd))).startsWith(3L, 25L).allMatch(id -> id % 2 == 1);
    }
  }

  private static List<Long> ids(List<Neighbor> found) {
    return found.stream().map(Neighbor::id).toList();
  }

  @Test
  void should_own_its_parts() throws IOException {
    float[] query = draw(1)[0];
    JoinedIndex index = joined(draw(3), draw(4));

    index.close();
    index.close();

    assertThatThrownBy(() -> index.search(query, SearchRequest.of(1)))
        .hasMessage("JoinedIndex is closed; closing is final, so make a new one");
    for (NeighborIndex part : parts) {
      assertThatThrownBy(() -> part.search(query, SearchRequest.of(1)))
          .hasMessageStartingWith("ExactIndex is closed");
    }
  }

  @Test
  void should_want_parts_that_fit() throws IOException {
    assertThatThrownBy(() -> JoinedIndex.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parts: expected at least one");
    assertThatThrownBy(() -> joined(draw(2), new float[][] {{1, 2}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("part 1: expected the width 5 of the first but was 2");
    parts.forEach(NeighborIndex::close);
    parts.clear();
    parts.add(unlike(NeighborIndex.UNKNOWN_SIZE, Similarity.COSINE));
    assertThatThrownBy(this::joined)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("part 0: expected an index of known size with the similarity COSINE");
    parts.set(0, unlike(3, Similarity.INNER_PRODUCT));
    assertThatThrownBy(() -> joined(draw(2)))
        .hasMessage("part 1: expected an index of known size with the similarity INNER_PRODUCT");
    parts.get(1).close();
  }

  private static NeighborIndex unlike(long size, Similarity similarity) {
    return new NeighborIndex() {
      @Override
      public int width() {
        return WIDTH;
      }

      @Override
      public long size() {
        return size;
      }

      @Override
      public Similarity similarity() {
        return similarity;
      }

      @Override
      public List<Neighbor> search(float[] query, SearchRequest request) {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }
}
