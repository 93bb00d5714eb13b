// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.FreshManager;

class DescribedIndexTest {
  @FreshManager private NDManager manager;

  @Test
  void should_add_what_is_known_and_own_the_index() {
    ClipVectors stored = Vectors.of(manager, new float[] {1, 0}, new float[] {0, 1});
    ExactIndex inner = ExactIndex.of(stored, new long[] {7, 9}, Device.cpu());
    DescribedIndex index =
        DescribedIndex.of(
            inner, id -> id == 7 ? Map.of("caption", "a dog", "url", "dog.jpg") : Map.of());
    Neighbor dog = new Neighbor(7, 1, Map.of("caption", "a dog", "url", "dog.jpg"));
    float[] query = {1, 0};
    SearchRequest two = SearchRequest.of(2);
    assertThat(index.search(query, two)).containsExactly(dog, new Neighbor(9, 0));
    assertThat(index.searchAll(new float[][] {query}, two))
        .isEqualTo(List.of(index.search(query, two)));
    assertThat(index.nearest(ClipVectors.of(stored.array().get("0:1")), 1))
        .containsExactly(List.of(dog));
    assertThat(index.width()).isEqualTo(2);
    assertThat(index.size()).isEqualTo(2);
    assertThat(index.similarity()).isEqualTo(Similarity.COSINE);

    index.close();

    assertThatThrownBy(() -> inner.search(query, two)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void should_replace_metadata_of_the_same_name_only() {
    Neighbor known = new Neighbor(1, 0.5f, Map.of("url", "old", "caption", "a dog"));
    assertThat(known.with(Map.of("url", "new")).metadata())
        .isEqualTo(Map.of("url", "new", "caption", "a dog"));
    assertThat(known.metadata()).containsEntry("url", "old");
  }
}
