// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.tensor.ClipSpace;

class VisionTransformerConfigTest {
  @Test
  void should_name_the_spaces_of_the_published_networks() {
    assertThat(VisionTransformerConfig.vitL14().hiddenSpace()).isEqualTo(ClipSpace.VIT_L_14_HIDDEN);
    assertThat(VisionTransformerConfig.vitL14().finalSpace()).isEqualTo(ClipSpace.VIT_L_14_FINAL);
    assertThat(VisionTransformerConfig.vitB32().hiddenSpace()).isEqualTo(new ClipSpace(50, 512));
    assertThat(VisionTransformerConfig.vitH14().hiddenSpace()).isEqualTo(new ClipSpace(257, 1024));
  }

  @Test
  void should_give_each_published_network_its_activation() {
    assertThat(VisionTransformerConfig.vitL14().activation()).isEqualTo(Nonlinearity.QUICK_GELU);
    assertThat(VisionTransformerConfig.vitB32().activation()).isEqualTo(Nonlinearity.QUICK_GELU);
    assertThat(VisionTransformerConfig.vitH14().activation()).isEqualTo(Nonlinearity.GELU);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0, 8, 1, 1, 8, 4, 2 | hidden: expected at least 1 but was 0",
        "4, 0, 1, 1, 8, 4, 2 | intermediate: expected at least 1 but was 0",
        "4, 8, 0, 1, 8, 4, 2 | layers: expected at least 1 but was 0",
        "4, 8, 1, 0, 8, 4, 2 | heads: expected at least 1 but was 0",
        "4, 8, 1, 1, 0, 4, 2 | imageSize: expected at least 1 but was 0",
        "4, 8, 1, 1, 8, -1, 2 | patchSize: expected at least 1 but was -1",
        "4, 8, 1, 1, 8, 4, 0 | projection: expected at least 1 but was 0",
        "4, 8, 1, 3, 8, 4, 2 | heads: expected a divisor of hidden=4 but was 3",
        "4, 8, 1, 2, 8, 3, 2 | patchSize: expected a divisor of imageSize=8 but was 3",
      })
  void should_refuse_impossible_sizes(String sizes, String message) {
    int[] n = java.util.Arrays.stream(sizes.split(", ")).mapToInt(Integer::parseInt).toArray();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new VisionTransformerConfig(
                    n[0], n[1], n[2], n[3], new PatchGrid(n[4], n[5]), n[6], Nonlinearity.GELU))
        .withMessage(message);
  }
}
