// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.index.NDIndex;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.testkit.LeakCheck;

class WeightDigestTest {
  private static final BackboneConfig TINY =
      BackboneConfig.paper(5).withHidden(4).withProjector(3).withSpace(new ClipSpace(2, 3));

  @Test
  void should_tell_networks_apart_that_differ_in_one_number() {
    try (ResidualMlpBackbone one = seeded(1);
        ResidualMlpBackbone same = seeded(1)) {
      String digest = WeightDigest.sha256(one);
      assertThat(digest).matches("[0-9a-f]{64}").isEqualTo(WeightDigest.sha256(same));

      same.getParameters().get("mlp.3.0.weight").getArray().set(new NDIndex("3, 3"), 0.5f);

      assertThat(WeightDigest.sha256(same)).isNotEqualTo(digest);
    }
  }

  @Test
  void should_need_weights() {
    try (ResidualMlpBackbone empty = new ResidualMlpBackbone(TINY)) {
      assertThatThrownBy(() -> WeightDigest.sha256(empty))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ResidualMlpBackbone has no weights");
    }
  }

  @Test
  void should_not_leak() {
    try (ResidualMlpBackbone backbone = seeded(1)) {
      LeakCheck.assertNoLeak(() -> WeightDigest.sha256(backbone));
    }
  }

  private static ResidualMlpBackbone seeded(long seed) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(TINY);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return backbone;
  }
}
