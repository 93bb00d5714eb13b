// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ExactIndexRefusalTest {
  private static final Device CPU = Device.cpu();
  @FreshManager private NDManager manager;
  private ClipVectors stored;
  private ExactIndex index;

  @BeforeEach
  void build() {
    stored = Vectors.random(manager, 6, 4, 1);
    index = ExactIndex.of(stored, Vectors.ids(6), CPU);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void should_name_the_query_that_holds_a_nan() {
    float[] good = {1, 0, 0, 0};
    float[][] rows = new float[70][];
    Arrays.fill(rows, good);
    rows[66] = new float[] {0, Float.NaN, 0, 1};
    assertThatThrownBy(() -> index.nearest(Vectors.of(manager, rows), 1))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "queries: expected finite numbers but row 66 holds NaN or infinity; look at the voxels,"
                + " images or weights it comes from");
  }

  @Test
  void should_refuse_a_query_that_was_never_normalised() {
    assertThatThrownBy(() -> index.nearest(Vectors.of(manager, new float[] {3, 0, 4, 0}), 1))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "queries: expected rows of length 1 but row 0 has length 5.0; use"
                + " ClipVectors.normalized");
  }

  @Test
  void should_refuse_queries_of_another_width() {
    assertThatThrownBy(() -> index.nearest(Vectors.random(manager, 2, 5, 2), 1))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("queries: expected [batch, width=4] but was [2, 5]");
  }

  @Test
  void should_refuse_to_find_nothing() {
    assertThatThrownBy(() -> index.nearest(stored, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k: expected at least 1 neighbour but was 0");
  }

  @Test
  void should_refuse_to_search_after_close_and_close_twice() {
    index.close();
    assertThatCode(index::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> index.nearest(stored, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("ExactIndex is closed; closing is final, so make a new one");
    assertThatThrownBy(index::ids).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void should_refuse_ids_that_do_not_match_the_vectors() {
    assertThatThrownBy(() -> ExactIndex.of(stored, new long[] {1, 2}, CPU))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("gallery: expected one id per vector but there are 6 vectors and 2 ids");
  }

  @Test
  void should_refuse_an_id_that_occurs_twice() {
    assertThatThrownBy(() -> ExactIndex.of(stored, new long[] {1, 2, 3, 4, 2, 6}, CPU))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("gallery: expected every id once but id 2 occurs more than once");
  }

  @Test
  void should_name_the_gallery_row_that_is_not_a_unit_vector_counting_all_pieces() {
    ClipVectors bad = Vectors.of(manager, new float[] {0, 1, 0, 0}, new float[4]);
    try (ExactIndex.Builder builder = ExactIndex.builder(4, CPU)) {
      builder.add(stored, Vectors.ids(6));
      assertThatThrownBy(() -> builder.add(bad, new long[] {1, 2}))
          .isInstanceOf(MindEyeException.class)
          .hasMessage("gallery: expected a direction but row 7 has length 0");
      ClipVectors nan =
          Vectors.of(
              manager, new float[] {0, 1, 0, 0}, new float[] {Float.POSITIVE_INFINITY, 1, 0, 0});
      assertThatThrownBy(() -> ExactIndex.of(nan, new long[] {1, 2}, CPU))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "gallery: expected finite numbers but row 1 holds NaN or infinity; look at the"
                  + " voxels, images or weights it comes from");
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this builder is finished: start a new one");
    }
  }

  @Test
  void should_refuse_an_empty_gallery_and_an_impossible_width() {
    try (ExactIndex.Builder builder = ExactIndex.builder(4, CPU)) {
      assertThatThrownBy(builder::build)
          .isInstanceOf(MindEyeException.class)
          .hasMessage("gallery: expected at least one vector but none was added");
    }
    assertThatThrownBy(() -> ExactIndex.builder(0, CPU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width: expected at least 1 but was 0");
  }

  @Test
  void should_free_everything_when_building_fails() {
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(() -> ExactIndex.of(stored, new long[] {1, 1, 2, 3, 4, 5}, CPU))
                .isInstanceOf(MindEyeException.class));
  }
}
