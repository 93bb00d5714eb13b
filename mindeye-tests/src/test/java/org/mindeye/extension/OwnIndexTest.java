// SPDX-License-Identifier: Apache-2.0
package org.mindeye.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.Retriever;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchInput;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.TopNeighbors;
import org.mindeye.testkit.FreshManager;

/** A custom index, made of what is public in core and retrieval. */
class OwnIndexTest {
  private static final int WIDTH = 6;

  @FreshManager private static NDManager manager;

  /** Vectors in the heap, and ids beyond the range of an int. */
  private record HeapIndex(float[][] vectors, long firstId) implements NeighborIndex {
    @Override
    public int width() {
      return vectors[0].length;
    }

    @Override
    public long size() {
      return vectors.length;
    }

    @Override
    public Similarity similarity() {
      return Similarity.COSINE;
    }

    @Override
    public List<Neighbor> search(float[] query, SearchRequest request) {
      float[] direction = SearchInput.unitLength("queries", query, width(), 0);
      TopNeighbors best = new TopNeighbors(request.k());
      for (int i = 0; i < vectors.length; i++) {
        float score = 0;
        for (int j = 0; j < width(); j++) {
          score += direction[j] * vectors[i][j];
        }
        if (request.filter().test(firstId + i)) {
          best.offer(firstId + i, score);
        }
      }
      return best.bestFirst();
    }

    @Override
    public void close() {}
  }

  private static ClipVectors random(long seed, int count) {
    return ClipVectors.normalized(
        NoiseSource.seeded(seed).normal(manager, new Shape(count, WIDTH)));
  }

  @Test
  void should_answer_as_the_exact_index() {
    ClipVectors gallery = random(1, 20);
    ClipVectors queries = random(2, 3);
    long first = 1L << 40;
    long[] ids = new long[20];
    float[][] vectors = new float[20][];
    for (int i = 0; i < 20; i++) {
      ids[i] = first + i;
      vectors[i] = gallery.array().get(i).toFloatArray();
    }
    try (Retriever exact = ExactIndex.of(gallery, ids, Device.cpu());
        Retriever own = new HeapIndex(vectors, first)) {
      assertThat(own.size()).isEqualTo(exact.size());
      List<List<Neighbor>> expected = exact.nearest(queries, 4);
      List<List<Neighbor>> found = own.nearest(queries, 4);
      for (int q = 0; q < 3; q++) {
        for (int i = 0; i < 4; i++) {
          assertThat(found.get(q).get(i).id()).isEqualTo(expected.get(q).get(i).id());
          assertThat(found.get(q).get(i).score())
              .isCloseTo(expected.get(q).get(i).score(), within(1e-6f));
        }
      }
    }
  }

  @Test
  void should_refuse_what_the_exact_index_refuses_in_the_same_words() {
    ClipVectors gallery = random(1, 2);
    try (Retriever exact = ExactIndex.of(gallery, new long[] {0, 1}, Device.cpu());
        Retriever own = new HeapIndex(new float[2][WIDTH], 0)) {
      for (Retriever index : List.of(exact, own)) {
        assertThatThrownBy(() -> index.nearest(gallery, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("k: expected at least 1 neighbour but was 0");
        assertThatThrownBy(() -> index.nearest(ClipVectors.of(manager.ones(new Shape(1, 5))), 1))
            .isInstanceOf(ShapeMismatchException.class)
            .hasMessage("queries: expected [batch, width=6] but was [1, 5]");
        assertThatThrownBy(
                () -> index.nearest(ClipVectors.of(manager.ones(new Shape(1, WIDTH)).mul(0.5)), 1))
            .isInstanceOf(MindEyeException.class)
            .hasMessageStartingWith("queries: expected rows of length 1 but row 0 has length 1.2");
      }
    }
    float[][] queries = {{0, 0, 3, 0, 0, 0}, new float[WIDTH]};
    try (NeighborIndex exact = ExactIndex.of(gallery, new long[] {0, 1}, Device.cpu());
        NeighborIndex own = new HeapIndex(new float[2][WIDTH], 0)) {
      for (NeighborIndex index : List.of(exact, own)) {
        assertThatThrownBy(() -> index.searchAll(queries, SearchRequest.of(1)))
            .isInstanceOf(MindEyeException.class)
            .hasMessage("queries: expected a direction but row 1 has length 0");
      }
    }
    assertThatThrownBy(() -> new TopNeighbors(0))
        .hasMessage("k: expected at least 1 neighbour but was 0");
  }
}
