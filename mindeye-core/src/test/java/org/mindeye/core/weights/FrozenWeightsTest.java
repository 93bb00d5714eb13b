// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.testkit.LeakCheck;

class FrozenWeightsTest {
  private static final BackboneConfig TINY =
      BackboneConfig.paper(5).withHidden(4).withProjector(3).withSpace(new ClipSpace(2, 3));

  @TempDir private Path folder;
  private final List<Precision> loaded = new ArrayList<>();
  private Path file;
  private String digest;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("backbone.safetensors");
    digest = write(file, 1);
  }

  private static String write(Path file, long seed) throws IOException {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(TINY)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(seed));
      WeightFiles.write(file, backbone, Map.of());
      return WeightDigest.sha256(backbone);
    }
  }

  private ResidualMlpBackbone load(Precision precision) throws IOException {
    return FrozenWeights.in(precision, this::plain);
  }

  private ResidualMlpBackbone plain(Precision precision) throws IOException {
    loaded.add(precision);
    try (StateDict weights = WeightFiles.open(file)) {
      return ResidualMlpBackbone.load(weights, TINY, precision, Device.cpu());
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void should_be_known_by_the_float32_weights(Precision precision) throws IOException {
    try (ResidualMlpBackbone frozen = load(precision);
        ResidualMlpBackbone plain = plain(precision)) {
      assertThat(frozen.precision()).isEqualTo(precision);
      assertThat(WeightDigest.sha256(frozen)).isEqualTo(digest);
      if (precision == Precision.FLOAT32) {
        assertThat(loaded).as("read once").hasSize(2);
      } else {
        assertThat(WeightDigest.sha256(plain)).isNotEqualTo(digest);
      }
    }
  }

  @Test
  void should_forget_it_when_other_weights_are_copied_in() throws IOException {
    Path other = folder.resolve("other.safetensors");
    write(other, 2);
    try (ResidualMlpBackbone frozen = load(Precision.BFLOAT16);
        StateDict weights = WeightFiles.open(other)) {
      WeightBinder.strict().copyInto(weights, frozen);
      String found = WeightDigest.sha256(frozen);
      try (ResidualMlpBackbone same =
          ResidualMlpBackbone.load(weights, TINY, Precision.BFLOAT16, Device.cpu())) {
        assertThat(found).isEqualTo(WeightDigest.sha256(same)).isNotEqualTo(digest);
      }
    }
  }

  @Test
  void should_need_weights_after_all() throws IOException {
    ResidualMlpBackbone frozen = load(Precision.BFLOAT16);
    frozen.close();
    assertThatThrownBy(() -> WeightDigest.sha256(frozen))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ResidualMlpBackbone");
  }

  @Test
  void should_leave_nothing_behind() {
    LeakCheck.assertNoLeak(
        10,
        () -> {
          try {
            load(Precision.BFLOAT16).close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
