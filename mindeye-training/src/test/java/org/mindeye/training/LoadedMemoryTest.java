// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;

/** What the published networks need when they are loaded, in each format. */
class LoadedMemoryTest {
  private static final BackboneConfig BACKBONE = BackboneConfig.paper(15_724);
  private static final ModelConfig ALONE = new ModelConfig(BACKBONE, null, null, null);
  private static final ModelConfig BOTH =
      new ModelConfig(BACKBONE, PriorConfig.paper(), null, DiffusionConfig.paper(768));

  private static MemoryBudget budget(double mebibytes) {
    return MemoryBudget.of((long) (mebibytes * (1 << 20)), "a test");
  }

  /**
   * 947,579,904 numbers of the backbone, 939,999,232 of which may be integers, and 56,055,264 of
   * the prior; one sample takes 17 MiB in float32.
   */
  @ParameterizedTest
  @CsvSource({
    "false, FLOAT32, 3632",
    "false, BFLOAT16, 1816",
    "false, INT8_WEIGHTS, 919",
    "true, FLOAT32, 3846",
    "true, BFLOAT16, 1923"
  })
  void should_follow_the_format(boolean withPrior, Precision precision, double mebibytes) {
    ModelConfig model = withPrior ? BOTH : ALONE;
    assertThatCode(
            () -> TrainingMemory.requireLoadable(model, precision, budget(1.005 * mebibytes)))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> TrainingMemory.requireLoadable(model, precision, budget(0.995 * mebibytes)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("loading the networks in " + precision + " needs ");
  }

  @Test
  void should_name_the_formats_that_fit() {
    assertThatThrownBy(() -> TrainingMemory.requireLoadable(BOTH, Precision.FLOAT32, budget(2048)))
        .hasMessageMatching(".* what fits: inference in BFLOAT16 \\(1\\.8\\d GiB\\)");
    assertThatThrownBy(() -> TrainingMemory.requireLoadable(ALONE, Precision.FLOAT32, budget(2048)))
        .hasMessageMatching(
            ".* what fits: inference in BFLOAT16 \\(1\\.7\\d GiB\\), inference in INT8_WEIGHTS"
                + " \\(0\\.9\\d GiB\\)");
    assertThatThrownBy(
            () -> TrainingMemory.requireLoadable(ALONE, Precision.BFLOAT16, budget(1024)))
        .hasMessageMatching(".* what fits: inference in INT8_WEIGHTS \\(0\\.9\\d GiB\\)");
  }

  @Test
  void should_refuse_a_prior_in_integers() {
    assertThatThrownBy(
            () -> TrainingMemory.requireLoadable(BOTH, Precision.INT8_WEIGHTS, budget(1 << 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("PriorNetwork: expected a precision of [FLOAT32, BFLOAT16]");
  }
}
