// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Queries on the heap, and filters. */
class ExactIndexSearchTest {
  private static final Device CPU = Device.cpu();
  @FreshManager private NDManager manager;

  private static float[][] heap(ClipVectors vectors) {
    float[] all = vectors.array().toFloatArray();
    int width = vectors.width();
    return IntStream.range(0, vectors.batch())
        .mapToObj(i -> Arrays.copyOfRange(all, i * width, (i + 1) * width))
        .toArray(float[][]::new);
  }

  @Test
  void should_find_the_same_for_queries_on_the_heap() {
    ClipVectors queries = Vectors.random(manager, 520, 12, 1);
    ClipVectors stored = Vectors.random(manager, 300, 12, 2);
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(300), CPU)) {
      List<List<Neighbor>> expected = index.nearest(queries, 7);
      assertThat(index.searchAll(heap(queries), SearchRequest.of(7))).isEqualTo(expected);
      assertThat(index.search(heap(queries)[519], SearchRequest.of(7)))
          .isEqualTo(expected.get(519));
      assertThat(index.similarity()).isEqualTo(Similarity.COSINE);
    }
  }

  @Test
  void should_search_by_direction_whatever_the_length() {
    ClipVectors stored = Vectors.of(manager, new float[] {1, 0}, new float[] {0.6f, 0.8f});
    try (ExactIndex index = ExactIndex.of(stored, new long[] {5, 3}, CPU)) {
      float[] query = {0, 250};
      assertThat(index.search(query, SearchRequest.of(2)))
          .containsExactly(new Neighbor(3, 0.8f), new Neighbor(5, 0));
      assertThat(query).containsExactly(0, 250);
      assertThat(index.search(new float[] {0, 1e-30f}, SearchRequest.of(1)))
          .containsExactly(new Neighbor(3, 0.8f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 2",
    "3, 70, 17, 5, 3",
    "2, 4097, 12, 100, 7",
    "40, 30000, 6, 900, 31",
    "5, 300, 9000, 4, 2",
    "1, 40, 4, 40, 1",
  })
  void should_find_the_nearest_of_those_allowed(
      int queries, int count, int width, int k, int every) {
    ClipVectors asked = Vectors.random(manager, queries, width, 3);
    ClipVectors stored = Vectors.random(manager, count, width, 4);
    long[] ids = Vectors.ids(count);
    LongPredicate allowed = id -> id / 1_000_000_007L % every == 0;
    List<List<Neighbor>> all = Vectors.plainSearch(asked, stored, ids, count);
    List<List<Neighbor>> expected =
        all.stream()
            .map(each -> each.stream().filter(n -> allowed.test(n.id())).limit(k).toList())
            .toList();
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      try (ExactIndex index = ExactIndex.of(stored, ids, precision, CPU)) {
        assertThat(index.searchAll(heap(asked), SearchRequest.of(k).withFilter(allowed)))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void should_find_nothing_where_nothing_is_allowed() {
    try (ExactIndex index =
        ExactIndex.of(Vectors.random(manager, 100, 4, 5), Vectors.ids(100), CPU)) {
      SearchRequest none = SearchRequest.of(3).withFilter(id -> false);
      assertThat(index.search(new float[] {1, 0, 0, 0}, none)).isEmpty();
      assertThat(index.searchAll(new float[0][], SearchRequest.of(3))).isEmpty();
    }
  }

  @Test
  void should_refuse_queries_without_direction() {
    try (ExactIndex index = ExactIndex.of(Vectors.random(manager, 3, 2, 6), Vectors.ids(3), CPU)) {
      SearchRequest request = SearchRequest.of(1);
      assertThatThrownBy(() -> index.searchAll(new float[][] {{1, 0}, {0, 0}}, request))
          .isInstanceOf(MindEyeException.class)
          .hasMessage("queries: expected a direction but row 1 has length 0");
      for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        assertThatThrownBy(() -> index.search(new float[] {bad, 1}, request))
            .isInstanceOf(NotFiniteException.class)
            .hasMessage(
                "queries: expected finite numbers but row 0 holds NaN or infinity; look at the"
                    + " voxels, images or weights it comes from");
      }
      assertThatThrownBy(() -> index.search(new float[3], request))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("queries: expected 2 numbers a row but row 0 has 3");
      index.close();
      assertThatThrownBy(() -> index.search(new float[] {1, 0}, request))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("ExactIndex is closed");
    }
  }

  @Test
  void should_refuse_requests_without_sense() {
    assertThatThrownBy(() -> SearchRequest.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k: expected at least 1 neighbour but was 0");
    assertThatThrownBy(() -> SearchRequest.of(5).withCandidates(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "candidates: expected at least k, which is 5, or 0 for the index's own choice, but was"
                + " 4");
    assertThatThrownBy(() -> SearchRequest.of(5).withFilter(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("filter");
    assertThat(SearchRequest.of(5).withCandidates(5).isFiltered()).isFalse();
    assertThat(SearchRequest.of(5).withFilter(id -> true).isFiltered()).isTrue();
  }

  @Test
  void should_not_leak() {
    float[] query = heap(Vectors.random(manager, 1, 8, 7))[0];
    try (ExactIndex index =
        ExactIndex.of(Vectors.random(manager, 40, 8, 8), Vectors.ids(40), CPU)) {
      SearchRequest even = SearchRequest.of(3).withFilter(id -> id % 2 == 0);
      LeakCheck.assertNoLeak(() -> index.search(query, even));
    }
  }
}
