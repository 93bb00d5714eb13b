// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class GoldenTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");

  @Test
  void should_read_values_and_shapes() {
    assertThat(GOLDEN.shape("backbone.tokens")).isEqualTo(new Shape(6, 3, 8));
    assertThat(GOLDEN.floats("anneal")).hasSize(161).endsWith(0.0075f);
    assertThat(GOLDEN.floats("anneal")[80]).isEqualTo(0.00575f);
    assertThat(GOLDEN.shape("loss.clip")).isEqualTo(new Shape());
    assertThat(GOLDEN.scalar("loss.clip")).isPositive();
    assertThat(GOLDEN.names()).hasSize(147).contains("mixco.voxels");
  }

  @Test
  void should_read_metadata() {
    assertThat(GOLDEN.seedBase()).isEqualTo(100);
    assertThat(GOLDEN.metadata("batch")).isEqualTo("6");
    assertThat(GOLDEN.number("backbone", "hidden")).isEqualTo(64);
    assertThat(GOLDEN.list("perm")[2]).isEqualTo(3);
    assertThat(GOLDEN.list("selected")[0]).isEqualTo(1);
  }

  @Test
  void should_give_tensors_and_keep_its_own_values() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray array = GOLDEN.array(manager, "mixco.voxels");
      array.muli(0);
      assertThat(array.getShape()).isEqualTo(new Shape(6, 32));
      LeakCheck.assertNoLeak(() -> GOLDEN.array(manager, "anneal").close());
    }
    GOLDEN.floats("mixco.voxels")[0] = 99;
    assertThat(GOLDEN.floats("mixco.voxels")[0]).isBetween(-1f, 1f).isNotZero();
  }

  @Test
  void should_open_the_second_file() {
    Golden vision = Golden.open("/golden/vision-and-metrics.safetensors");
    assertThat(vision.number("clip", "image_size")).isEqualTo(56);
    assertThat(vision.floats("metric.twoway_counts")).hasSize(25);
  }

  @Test
  void should_name_what_is_missing() {
    assertThatThrownBy(() -> Golden.open("/golden/none.safetensors"))
        .hasMessage("/golden/none.safetensors: no such file on the classpath");
    assertThatThrownBy(() -> GOLDEN.floats("mixco.none"))
        .hasMessageContaining("no entry 'mixco.none'; similar: [mixco.voxels]");
    assertThatThrownBy(() -> GOLDEN.metadata("none")).hasMessageContaining("no metadata 'none'");
    assertThatThrownBy(() -> GOLDEN.scalar("anneal")).hasMessageContaining("not one element");
  }
}
