// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ExactIndexTest {
  private static final Device CPU = Device.cpu();
  @FreshManager private NDManager manager;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 7, 3, 7",
    "2, 5, 1, 3",
    "3, 2, 4, 9",
    "63, 64, 17, 5",
    "64, 65, 768, 1",
    "65, 300, 33, 300",
    "129, 31, 5, 4",
    "1, 16384, 3, 10",
    "2, 16385, 3, 10",
    "66, 40000, 8, 16",
  })
  void should_find_what_a_plain_search_finds(int queries, int gallery, int width, int k) {
    ClipVectors vectors = Vectors.random(manager, queries, width, 1);
    ClipVectors stored = Vectors.random(manager, gallery, width, 2);
    long[] ids = Vectors.ids(gallery);
    try (ExactIndex index = ExactIndex.of(stored, ids, CPU)) {
      List<List<Neighbor>> found = index.nearest(vectors, k);
      assertSameUpToRounding(found, Vectors.plainSearch(vectors, stored, ids, k));
    }
  }

  /**
   * In one or a few dimensions many cosines agree to rounding, so ids are compared only where the
   * neighbours' scores differ by more.
   */
  private static void assertSameUpToRounding(
      List<List<Neighbor>> found, List<List<Neighbor>> expected) {
    double rounding = 1e-6;
    assertThat(found).hasSameSizeAs(expected);
    for (int q = 0; q < expected.size(); q++) {
      List<Neighbor> right = expected.get(q);
      assertThat(found.get(q)).hasSameSizeAs(right).isSortedAccordingTo(Neighbor.BEST_FIRST);
      for (int i = 0; i < right.size(); i++) {
        assertThat(found.get(q).get(i).score())
            .isCloseTo(right.get(i).score(), within((float) rounding));
        boolean alone = i == 0 || right.get(i - 1).score() - right.get(i).score() > 2 * rounding;
        boolean last = i + 1 == right.size();
        alone &= !last && right.get(i).score() - right.get(i + 1).score() > 2 * rounding;
        if (alone) {
          assertThat(found.get(q).get(i).id()).isEqualTo(right.get(i).id());
        }
      }
    }
  }

  @Test
  void should_put_the_smaller_id_first_when_scores_are_equal() {
    // Halves make every product exact, so equal vectors have equal scores to the last bit.
    float[] same = {0.5f, 0.5f, 0.5f, 0.5f};
    float[] other = {0.5f, -0.5f, 0.5f, 0.5f};
    ClipVectors stored = Vectors.of(manager, same, other, same, same, other);
    try (ExactIndex index = ExactIndex.of(stored, new long[] {30, 5, 10, 20, 4}, CPU)) {
      ClipVectors query = Vectors.of(manager, same);
      assertThat(index.nearest(query, 2).get(0))
          .containsExactly(new Neighbor(10, 1), new Neighbor(20, 1));
      assertThat(index.nearest(query, 4).get(0))
          .extracting(Neighbor::id)
          .containsExactly(10L, 20L, 30L, 4L);
    }
  }

  @Test
  void should_find_every_vector_of_the_gallery_itself() {
    ClipVectors stored = Vectors.random(manager, 200, 64, 3);
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(200), CPU)) {
      List<List<Neighbor>> found = index.nearest(stored, 1);
      for (int i = 0; i < 200; i++) {
        assertThat(found.get(i).get(0).id()).isEqualTo(Vectors.ids(200)[i]);
        assertThat(found.get(i).get(0).score()).isCloseTo(1, within(1e-6f));
      }
    }
  }

  @Test
  void should_not_depend_on_how_the_gallery_was_added() {
    ClipVectors all = Vectors.random(manager, 50, 12, 4);
    ClipVectors queries = Vectors.random(manager, 9, 12, 5);
    long[] ids = Vectors.ids(50);
    try (ExactIndex whole = ExactIndex.of(all, ids, CPU);
        ExactIndex.Builder builder = ExactIndex.builder(12, CPU)) {
      for (int i = 0; i < 50; i += 10) {
        ClipVectors piece = ClipVectors.of(all.array().get(i + ":" + (i + 10)));
        builder.add(piece, Arrays.copyOfRange(ids, i, i + 10));
      }
      try (ExactIndex pieces = builder.build()) {
        assertThat(pieces.ids()).containsExactly(Arrays.stream(ids).boxed().toArray(Long[]::new));
        assertThat(pieces.nearest(queries, 6)).isEqualTo(whole.nearest(queries, 6));
      }
    }
  }

  @Test
  void should_keep_its_own_copy_of_the_gallery() {
    ClipVectors query = Vectors.random(manager, 1, 8, 6);
    NDManager shortLived = Torch.newManager(CPU);
    ClipVectors stored = Vectors.random(shortLived, 20, 8, 7);
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(20), CPU)) {
      List<List<Neighbor>> before = index.nearest(query, 20);
      stored.array().muli(0);
      shortLived.close();
      assertThat(index.nearest(query, 20)).isEqualTo(before);
    }
  }

  @Test
  void should_leave_the_queries_untouched() {
    ClipVectors queries = Vectors.random(manager, 70, 8, 8);
    float[] before = queries.array().toFloatArray();
    try (ExactIndex index = ExactIndex.of(Vectors.random(manager, 5, 8, 9), Vectors.ids(5), CPU)) {
      index.nearest(queries, 2);
    }
    assertThat(queries.array().toFloatArray()).containsExactly(before);
  }

  @Test
  void should_accept_float64_vectors() {
    ClipVectors stored = Vectors.random(manager, 30, 8, 10);
    ClipVectors wide = ClipVectors.of(stored.array().toType(DataType.FLOAT64, true));
    try (ExactIndex index = ExactIndex.of(wide, Vectors.ids(30), CPU)) {
      assertThat(index.nearest(wide, 3)).isEqualTo(index.nearest(stored, 3));
    }
  }

  @Test
  void should_serve_eight_threads_at_once() throws Exception {
    ClipVectors stored = Vectors.random(manager, 3000, 32, 11);
    ClipVectors queries = Vectors.random(manager, 70, 32, 12);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(3000), CPU)) {
      List<List<Neighbor>> alone = index.nearest(queries, 10);
      List<Future<List<List<Neighbor>>>> together = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        together.add(threads.submit(() -> index.nearest(queries, 10)));
      }
      for (Future<List<List<Neighbor>>> result : together) {
        assertThat(result.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_finish_running_searches_before_closing() throws Exception {
    ClipVectors stored = Vectors.random(manager, 3000, 32, 13);
    ClipVectors queries = Vectors.random(manager, 64, 32, 14);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    ExactIndex index = ExactIndex.of(stored, Vectors.ids(3000), CPU);
    try {
      List<Future<Boolean>> outcomes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        outcomes.add(threads.submit(() -> answered(index, queries)));
      }
      outcomes.get(0).get();
      index.close();
      for (Future<Boolean> outcome : outcomes) {
        // Either a full answer or the documented refusal; anything else would be thrown here.
        outcome.get();
      }
      assertThat(outcomes.get(0).get()).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean answered(ExactIndex index, ClipVectors queries) {
    try {
      return index.nearest(queries, 5).size() == queries.batch();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("ExactIndex is closed");
      return false;
    }
  }

  @Test
  void should_not_leak() {
    ClipVectors stored = Vectors.random(manager, 40, 8, 15);
    ClipVectors queries = Vectors.random(manager, 70, 8, 16);
    LeakCheck.assertNoLeak(
        () -> {
          try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(40), CPU)) {
            index.nearest(queries, 3);
          }
        });
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(40), CPU)) {
      LeakCheck.assertNoLeak(() -> index.nearest(queries, 3));
    }
  }
}
