// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDicts;

class BackboneMemoryTest {
  private static final long GIB = 1L << 30;
  private static final BackboneConfig FULL = BackboneConfig.paper(15_724);

  @Test
  void should_count_every_tensor_of_the_published_model() {
    long weights = 947_579_904L * 4;

    MemoryEstimate training = BackboneMemory.training(FULL, 8);

    assertThat(training.weights()).isEqualTo(weights);
    assertThat(training.gradients()).isEqualTo(weights);
    assertThat(training.moments()).isEqualTo(2 * weights);
    assertThat(BackboneMemory.inference(FULL, 8).gradients()).isZero();
    assertThat(BackboneMemory.inference(FULL, 8).activations())
        .isEqualTo(8 * BackboneMemory.inference(FULL, 1).activations())
        .isEqualTo(training.activations());
  }

  /** Peaks of resident memory that the full-size check measured on Linux x86-64. */
  @Test
  void should_be_near_the_measured_peaks() {
    assertThat(BackboneMemory.inference(FULL, 32).total())
        .isCloseTo(4_548_415_488L, withinPercentage(15));
    assertThat(BackboneMemory.training(FULL, 8).total())
        .isCloseTo(15_580_950_528L, withinPercentage(15));
  }

  @Test
  void should_refuse_to_load_what_does_not_fit() {
    MemoryBudget budget = MemoryBudget.of(2 * GIB, "test");

    assertThatThrownBy(() -> BackboneMemory.requireLoadable(FULL, Precision.FLOAT32, budget))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(
            "loading a backbone of 947,579,904 parameters in FLOAT32 needs 3.92 GiB (weights 3.53 GiB,")
        .hasMessageContaining("but 2.00 GiB are available (test); what fits: ")
        .hasMessageContaining("the final-layer space 1x768 (0.9");
    assertThatCode(
            () ->
                BackboneMemory.requireLoadable(
                    FULL.withSpace(ClipSpace.VIT_L_14_FINAL), Precision.FLOAT32, budget))
        .doesNotThrowAnyException();
  }

  @Test
  void should_offer_the_largest_batch_that_fits() {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(FULL)) {
      MemoryBudget budget = MemoryBudget.of(11 * GIB, "test");

      assertThatThrownBy(() -> BackboneMemory.requireTrainable(backbone, 64, budget))
          .hasMessageStartingWith(
              "training a backbone of 947,579,904 parameters at batch 64, in addition to its weights,"
                  + " needs 11.")
          .hasMessageContaining("what fits: batch 16 (10.")
          .hasMessageContaining("the final-layer space 1x768 (")
          .hasMessageContaining("inference only at batch 64 (")
          .hasMessageNotContaining("batch 8 ");
      assertThatCode(() -> BackboneMemory.requireTrainable(backbone, 16, budget))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void should_not_count_gradients_of_frozen_parameters() {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(FULL)) {
      MemoryBudget budget = MemoryBudget.of(2 * GIB, "test");
      assertThatThrownBy(() -> BackboneMemory.requireTrainable(backbone, 8, budget))
          .hasMessageContaining("inference only at batch 8 (0.");

      backbone.getParameters().get("lin1.weight").freeze(true);
      backbone.getParameters().get("lin0.0.weight").freeze(true);

      assertThatCode(() -> BackboneMemory.requireTrainable(backbone, 8, budget))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void should_offer_nothing_where_nothing_fits() {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(FULL)) {
      assertThatThrownBy(
              () -> BackboneMemory.requireTrainable(backbone, 1, MemoryBudget.of(1, "test")))
          .hasMessageEndingWith("free memory or use a larger machine");
    }
  }

  @Test
  void should_be_asked_before_weights_are_loaded() {
    assumeThat(MemoryBudget.of(Device.cpu()).available()).isPresent();
    BackboneConfig enormous = BackboneConfig.paper(1 << 30).withHidden(1 << 20);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (ResidualMlpBackbone declared = new ResidualMlpBackbone(enormous)) {
      declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    }

    assertThatThrownBy(() -> ResidualMlpBackbone.load(StateDicts.shapes(shapes), Device.cpu()))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("loading a backbone of 1,1")
        .hasMessageContaining(" are available (");
  }
}
