// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** The answer is that of a plain exact search, bit by bit, in every format. */
class ExactIndexPrecisionTest {
  private static final Device CPU = Device.cpu();
  private static final List<Precision> OFFERED = List.of(Precision.FLOAT32, Precision.BFLOAT16);
  @FreshManager private NDManager manager;

  private void assertExact(ClipVectors gallery, ClipVectors queries, long[] ids, int k) {
    List<List<Neighbor>> expected = Vectors.plainSearch(queries, gallery, ids, k);
    for (Precision precision : OFFERED) {
      try (ExactIndex index = ExactIndex.of(gallery, ids, precision, CPU)) {
        assertThat(index.precision()).isEqualTo(precision);
        assertThat(index.nearest(queries, k)).as(precision.name()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "3, 2, 4, 9",
    "63, 64, 17, 5",
    "31, 31, 33, 31",
    "64, 65, 768, 1",
    "65, 300, 33, 300",
    "2, 4097, 12, 100",
    "513, 300, 9, 2",
    "3, 70, 8192, 4",
    "3, 70, 8193, 4",
    "2, 40, 20000, 3",
    "1, 70000, 3, 10",
    "40, 30000, 6, 900",
  })
  void should_find_exactly_what_a_plain_search_finds(int queries, int count, int width, int k) {
    assertExact(
        Vectors.random(manager, count, width, 1),
        Vectors.random(manager, queries, width, 2),
        Vectors.ids(count),
        k);
  }

  @Test
  void should_know_vectors_apart_that_are_one_in_bfloat16() {
    // Every row rounds to the same bfloat16 numbers; only float32 knows the order.
    RandomGenerator random = new SplittableRandom(3);
    float[][] rows = new float[2000][64];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 0.125f * (1 + (random.nextFloat() - 0.5f) * 0x1p-8f);
      }
    }
    assertExact(
        Vectors.of(manager, rows),
        Vectors.random(manager, 70, 64, 4),
        Vectors.ids(rows.length),
        10);
  }

  @Test
  void should_find_what_rounding_moves_as_far_as_it_can() {
    // Rounding takes nearly half a unit from each number of the best, and adds it to the others'.
    float up = (1 + 0x1.01p-8f) / 16;
    float down = (1 + 0x0.ffp-8f) / 16;
    float[][] rows = new float[900][254];
    for (int i = 0; i < rows.length; i++) {
      boolean best = i % 90 == 7;
      Arrays.fill(rows[i], best ? down : up);
      rows[i][i % 254] *= best ? 1.03f : 1;
    }
    float[] query = new float[254];
    Arrays.fill(query, down);
    assertExact(
        Vectors.of(manager, rows), Vectors.of(manager, query), Vectors.ids(rows.length), 10);
  }

  @Test
  void should_put_copies_in_the_order_of_their_ids() {
    float[][] distinct = rows(Vectors.random(manager, 3, 40, 5));
    float[][] rows = IntStream.range(0, 500).mapToObj(i -> distinct[i % 3]).toArray(float[][]::new);
    assertExact(
        Vectors.of(manager, rows),
        Vectors.random(manager, 33, 40, 6),
        Vectors.ids(rows.length),
        200);
  }

  @Test
  void should_find_the_best_at_the_end_of_a_gallery_that_gets_better() {
    float[][] towards = rows(Vectors.random(manager, 2, 48, 7));
    int count = 3000;
    float[][] rows = new float[count][48];
    for (int i = 0; i < count; i++) {
      double angle = Math.PI / 2 * (1 - i / (double) count);
      for (int j = 0; j < 48; j++) {
        rows[i][j] = (float) (Math.cos(angle) * towards[0][j] + Math.sin(angle) * towards[1][j]);
      }
    }
    ClipVectors gallery = ClipVectors.normalized(Vectors.of(manager, rows).array());
    assertExact(gallery, Vectors.of(manager, towards[0]), Vectors.ids(count), 10);
  }

  private static float[][] rows(ClipVectors vectors) {
    float[] all = vectors.array().toFloatArray();
    int width = vectors.width();
    return IntStream.range(0, all.length / width)
        .mapToObj(i -> Arrays.copyOfRange(all, i * width, (i + 1) * width))
        .toArray(float[][]::new);
  }

  @Test
  void should_never_be_off_by_more_than_the_error_it_counts_with() {
    for (int width : new int[] {1, 5, 64, 768, 9000}) {
      for (Precision precision : OFFERED) {
        ClipVectors queries = Vectors.random(manager, 20, width, 8);
        Rows asked = Rows.of(queries.array(), precision, CPU, manager);
        Rows gallery =
            Rows.of(Vectors.random(manager, 50, width, 9).array(), precision, CPU, manager);
        ScoreError error = ScoreError.of(asked, gallery);
        Scores scores = Scores.of(gallery.scores(asked, 0, 50));
        Rows.Room room = gallery.room();
        for (int i = 0; i < 50 * 20; i++) {
          float cosine = gallery.cosine(i / 20, asked, i % 20, room);
          assertThat((double) cosine).isGreaterThanOrEqualTo(error.least(i % 20, scores.get(i)));
          assertThat(scores.get(i)).isGreaterThanOrEqualTo(error.cut(i % 20, cosine));
        }
      }
    }
  }

  @Test
  void should_not_depend_on_how_the_gallery_was_added() {
    ClipVectors all = Vectors.random(manager, 500, 12, 10);
    ClipVectors queries = Vectors.random(manager, 9, 12, 11);
    long[] ids = Vectors.ids(500);
    try (ExactIndex whole = ExactIndex.of(all, ids, CPU);
        ExactIndex.Builder builder = ExactIndex.builder(12, Precision.BFLOAT16, CPU)) {
      for (int i = 0; i < 500; i += 50) {
        ClipVectors piece = ClipVectors.of(all.array().get(i + ":" + (i + 50)));
        builder.add(piece, Arrays.copyOfRange(ids, i, i + 50));
      }
      try (ExactIndex pieces = builder.build()) {
        assertThat(pieces.nearest(queries, 60)).isEqualTo(whole.nearest(queries, 60));
      }
    }
  }

  @Test
  void should_read_vectors_that_do_not_follow_each_other_in_memory() {
    ClipVectors stored = Vectors.random(manager, 80, 80, 12);
    ClipVectors copy = ClipVectors.of(stored.array().transpose().duplicate().transpose());
    for (Precision precision : OFFERED) {
      try (ExactIndex expected = ExactIndex.of(stored, Vectors.ids(80), CPU);
          ExactIndex index = ExactIndex.of(copy, Vectors.ids(80), precision, CPU)) {
        assertThat(index.nearest(copy, 3)).isEqualTo(expected.nearest(stored, 3));
      }
    }
  }

  @Test
  void should_serve_eight_threads_at_once() throws Exception {
    ClipVectors stored = Vectors.random(manager, 3000, 32, 13);
    ClipVectors queries = Vectors.random(manager, 70, 32, 14);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(3000), Precision.BFLOAT16, CPU)) {
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
  void should_not_leak() {
    ClipVectors stored = Vectors.random(manager, 40, 9000, 15);
    ClipVectors queries = Vectors.random(manager, 7, 9000, 16);
    LeakCheck.assertNoLeak(
        () -> {
          try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(40), Precision.BFLOAT16, CPU)) {
            index.nearest(queries, 3);
          }
        });
    try (ExactIndex index = ExactIndex.of(stored, Vectors.ids(40), Precision.BFLOAT16, CPU)) {
      LeakCheck.assertNoLeak(() -> index.nearest(queries, 3));
    }
  }

  @Test
  void should_refuse_a_format_that_is_for_weights() {
    ClipVectors stored = Vectors.random(manager, 2, 4, 17);
    long[] ids = LongStream.range(0, 2).toArray();
    assertThatThrownBy(() -> ExactIndex.of(stored, ids, Precision.INT8_WEIGHTS, CPU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "precision: expected FLOAT32 or BFLOAT16 but was INT8_WEIGHTS, which is for the weights"
                + " of networks; an index has none");
  }
}
