// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.testkit.ClusteredRows;
import org.mindeye.testkit.LeakCheck;

/** A small index on the disk beside the exact one. */
class JVectorIndexTest {
  private static final int COUNT = 3000;
  private static final int WIDTH = 24;
  private static final int K = 10;

  @TempDir private static Path folder;
  private static float[][] queries;
  private static ExactIndex exact;
  private static JVectorIndex index;

  @BeforeAll
  static void build() throws IOException {
    float[][] rows = ClusteredRows.draw(COUNT, WIDTH, 2);
    for (int copy = 500; copy < 520; copy++) {
      rows[copy] = rows[499];
    }
    EmbeddingSource source = UnevenIds.of(rows);
    queries = ClusteredRows.draw(50, WIDTH, 3);
    exact = ExactIndex.of(source, Device.cpu());
    JVectorIndex.build(source, folder.resolve("index"), JVectorConfig.standard().withThreads(2));
    index = JVectorIndex.open(folder.resolve("index"));
  }

  @AfterAll
  static void close() {
    index.close();
    exact.close();
  }

  private static double recall(SearchRequest request) {
    int found = 0;
    for (float[] query : queries) {
      List<Neighbor> right = exact.search(query, request);
      found += (int) index.search(query, request).stream().filter(right::contains).count();
    }
    return found / (double) (queries.length * request.k());
  }

  @Test
  void should_find_what_an_exact_index_finds_with_the_same_scores() {
    // Neighbours are compared with their scores, to the last bit.
    assertThat(recall(SearchRequest.of(K))).isGreaterThan(0.97);
    assertThat(recall(SearchRequest.of(K).withCandidates(1000))).isGreaterThan(0.995);
    assertThat(recall(SearchRequest.of(K).withCandidates(K)))
        .isLessThan(recall(SearchRequest.of(K).withCandidates(1000)));
  }

  @Test
  void should_describe_itself() {
    assertThat(index.size()).isEqualTo(COUNT);
    assertThat(index.width()).isEqualTo(WIDTH);
    assertThat(index.similarity()).isEqualTo(Similarity.COSINE);
    assertThat(index.config()).isEqualTo(JVectorConfig.standard().withThreads(2));
    assertThat(index.ids().toArray()).isEqualTo(exact.ids().toArray());
  }

  @Test
  void should_order_results_and_put_copies_in_the_order_of_their_ids() {
    float[][] rows = ClusteredRows.draw(COUNT, WIDTH, 2);
    List<Neighbor> copies = exact.search(rows[499], SearchRequest.of(21));
    List<Neighbor> found = index.search(rows[499], SearchRequest.of(15).withCandidates(1000));
    assertThat(found).isSortedAccordingTo(Neighbor.BEST_FIRST);
    // The graph may hide some copies behind the others.
    assertThat(found.subList(0, 5))
        .isSubsetOf(copies)
        .extracting(Neighbor::id)
        .isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(copies).extracting(Neighbor::score).containsOnly(found.get(0).score());
  }

  @Test
  void should_find_those_that_a_filter_allows() {
    SearchRequest third = SearchRequest.of(K).withFilter(id -> id / 1_000_000_007L % 3 == 0);
    assertThat(recall(third)).isGreaterThan(0.97);
    assertThat(index.search(queries[0], third))
        .allMatch(neighbor -> neighbor.id() / 1_000_000_007L % 3 == 0);
    assertThat(index.search(queries[0], SearchRequest.of(K).withFilter(id -> false))).isEmpty();
  }

  @Test
  void should_find_all_of_the_gallery_where_as_many_are_asked_for() {
    List<Neighbor> all = index.search(queries[0], SearchRequest.of(2 * COUNT));
    assertThat(all.size()).isGreaterThan(COUNT * 99 / 100).isLessThanOrEqualTo(COUNT);
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void should_answer_eight_threads_as_one() throws Exception {
    SearchRequest request = SearchRequest.of(K);
    List<List<Neighbor>> alone = index.searchAll(queries, request);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<List<Neighbor>>>> together = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        together.add(threads.submit(() -> index.searchAll(queries, request)));
      }
      for (Future<List<List<Neighbor>>> answer : together) {
        assertThat(answer.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_leave_a_file_of_vectors_that_is_searched_exactly() throws IOException {
    Path file = folder.resolve("index").resolve("vectors.npy");
    try (ExactIndex vectors = ExactIndex.open(file, index.ids().toArray())) {
      SearchRequest request = SearchRequest.of(K);
      assertThat(vectors.searchAll(queries, request)).isEqualTo(exact.searchAll(queries, request));
    }
  }

  @Test
  void should_refuse_queries_as_the_exact_index_does() {
    SearchRequest request = SearchRequest.of(1);
    assertThatThrownBy(() -> index.search(new float[WIDTH], request))
        .hasMessage("queries: expected a direction but row 0 has length 0");
    assertThatThrownBy(() -> index.search(new float[3], request))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("queries: expected 24 numbers a row but row 0 has 3");
    float[] bad = queries[0].clone();
    bad[5] = Float.NaN;
    assertThatThrownBy(() -> index.searchAll(new float[][] {queries[0], bad}, request))
        .hasMessageStartingWith("queries: expected finite numbers but row 1 holds NaN");
  }

  @Test
  void should_refuse_to_search_after_close_and_close_twice() throws IOException {
    JVectorIndex other = JVectorIndex.open(folder.resolve("index"));
    assertThat(other.search(queries[0], SearchRequest.of(1))).hasSize(1);
    other.close();
    assertThatCode(other::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> other.search(queries[0], SearchRequest.of(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("JVectorIndex is closed; closing is final, so make a new one");
    assertThatThrownBy(other::ids).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void should_not_leak() {
    LeakCheck.assertNoLeak(() -> index.search(queries[0], SearchRequest.of(3)));
  }

  @Test
  void should_not_change_its_query() {
    float[] query = queries[1].clone();
    index.search(query, SearchRequest.of(1));
    assertThat(Arrays.equals(query, queries[1])).isTrue();
  }
}
