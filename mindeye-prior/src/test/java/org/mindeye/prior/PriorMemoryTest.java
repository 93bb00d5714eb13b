// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.tensor.ClipSpace;

class PriorMemoryTest {
  private static final PriorConfig PAPER = PriorConfig.paper();
  private static final long WEIGHTS = 56_055_184L * Float.BYTES;

  @Test
  void should_count_every_tensor_of_the_published_model() {
    MemoryEstimate training = PriorMemory.training(PAPER, 4);
    // Each layer has a copy of the 16 frozen frequencies.
    assertThat(training.weights()).isEqualTo(WEIGHTS + 5 * 16 * Float.BYTES);
    assertThat(training.gradients()).isEqualTo(WEIGHTS - 16 * Float.BYTES);
    assertThat(training.moments()).isEqualTo(2 * training.gradients());
    assertThat(PriorMemory.inference(PAPER, 4).weights()).isEqualTo(training.weights());
    assertThat(PriorMemory.inference(PAPER, 4).gradients()).isZero();
    assertThat(PriorMemory.inference(PAPER, 0).activations()).isZero();
    assertThat(training.activations()).isEqualTo(4 * PriorMemory.training(PAPER, 1).activations());
  }

  /**
   * Two tokens of width 4, so 5 of them with queries; 3 heads of width 2, so 6 numbers a query, and
   * 3 * 5 * 6 = 90 scores. A layer keeps 5 * 4 + 5 * 6 + 4 * inner numbers of each token, and the
   * scores; six tensors of the space's size, twice as many numbers, stand at the ends: 96.
   */
  @ParameterizedTest
  @CsvSource({
    // depth, expansion, norms, dropouts, training, checkpointed, sampling; inner = 4 * expansion
    "2, 2, false, 0, 0, 500 * 3 / 2 + 270 + 96, 60 + 500 + 120 + 270 + 96, 520 + 96",
    "1, 2, false, 0, 0, 500 * 1 / 2 + 270 + 96, 40 + 500 + 120 + 270 + 96, 520 + 96",
    "2, 4, false, 0, 0, 660 * 3 / 2 + 480 + 96, 60 + 660 + 120 + 480 + 96, 760 + 96",
    "2, 2, true,  0, 0, 540 * 3 / 2 + 270 + 96, 60 + 540 + 120 + 270 + 96, 520 + 96",
    "2, 2, false, 0, 1, 580 * 3 / 2 + 270 + 96, 60 + 580 + 120 + 270 + 96, 520 + 96",
    "2, 2, false, 1, 0, 770 * 3 / 2 + 270 + 96, 60 + 770 + 120 + 270 + 96, 520 + 96"
  })
  void should_count_what_the_layers_keep(
      int depth,
      int expansion,
      boolean norms,
      int hearing,
      int thinking,
      String training,
      String checkpointed,
      String sampling) {
    TransformerConfig layers =
        new TransformerConfig(depth, 3, 2, expansion, norms, 0.1 * hearing, 0.1 * thinking);
    PriorConfig config = new PriorConfig(new ClipSpace(2, 4), layers);
    assertThat(PriorMemory.training(config, 3).activations()).isEqualTo(3 * bytes(training));
    assertThat(PriorMemory.inference(config, 3).activations()).isEqualTo(3 * bytes(sampling));
    MemoryEstimate saving = PriorMemory.trainingWithCheckpointing(config, 3);
    assertThat(saving.activations()).isEqualTo(2 * saving.gradients() + 3 * bytes(checkpointed));
  }

  /** Of so many numbers, with the gaps between them; {@code "a * b / c + d"}. */
  private static long bytes(String sum) {
    long numbers = 0;
    for (String term : sum.split(" \\+ ")) {
      String[] factors = term.split(" [*/] ");
      long value = Long.parseLong(factors[0]);
      numbers +=
          factors.length == 1
              ? value
              : value * Long.parseLong(factors[1]) / Long.parseLong(factors[2]);
    }
    return numbers * 5;
  }

  /** The peaks that {@link DiffusionPrior#withGradientCheckpointing} quotes, at batch 8. */
  @Test
  void should_be_near_the_measured_peaks() {
    double gib = 1L << 30;
    assertThat(PriorMemory.training(PAPER, 8).total() / gib).isCloseTo(5.6, withinPercentage(10));
    assertThat(PriorMemory.trainingWithCheckpointing(PAPER, 8).total() / gib)
        .isCloseTo(2.9, withinPercentage(10));
  }

  /** Numbers between products take half; in training their copies come on top of the weights. */
  @Test
  void should_need_less_in_a_shorter_format() {
    MemoryEstimate single = PriorMemory.inference(PAPER, 4);
    MemoryEstimate half = PriorMemory.inference(PAPER, Precision.BFLOAT16, 4);
    assertThat((double) half.weights() / single.weights()).isBetween(0.5, 0.51);
    assertThat((double) half.activations() / single.activations()).isBetween(0.5, 0.7);
    MemoryEstimate training = PriorMemory.training(PAPER, Precision.BFLOAT16, 4);
    long copies = single.weights() - half.weights();
    assertThat(training.weights()).isEqualTo(single.weights());
    assertThat(training.moments()).isEqualTo(PriorMemory.training(PAPER, 4).moments());
    assertThat(PriorMemory.training(PAPER, Precision.BFLOAT16, 0).activations()).isEqualTo(copies);
    assertThat(training.activations()).isLessThan(PriorMemory.training(PAPER, 4).activations());
    assertThat(PriorMemory.trainingWithCheckpointing(PAPER, Precision.BFLOAT16, 0).activations())
        .isEqualTo(copies + 2 * training.gradients());
    assertThatThrownBy(() -> PriorMemory.training(PAPER, Precision.INT8_WEIGHTS, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INT8_WEIGHTS");
  }

  @Test
  void should_need_more_with_norms_and_dropout() {
    TransformerConfig layers = TransformerConfig.paper();
    long plain = PriorMemory.training(PAPER, 1).activations();
    for (TransformerConfig other :
        new TransformerConfig[] {
          layers.withDropout(0.1, 0),
          layers.withDropout(0, 0.1),
          new TransformerConfig(6, 12, 64, 4, true, 0, 0)
        }) {
      assertThat(PriorMemory.training(PAPER.withTransformer(other), 1).activations())
          .isGreaterThan(plain);
    }
  }

  @Test
  void should_add_up_with_a_backbone() {
    MemoryEstimate backbone = BackboneMemory.training(BackboneConfig.paper(15_724), 8);
    MemoryEstimate prior = PriorMemory.trainingWithCheckpointing(PAPER, 8);
    MemoryEstimate both = backbone.plus(prior);
    assertThat(both.total()).isEqualTo(backbone.total() + prior.total() - prior.working());
    assertThat(both.withMovingAverage().withAccumulation().total())
        .isEqualTo(both.total() + both.weights() + both.gradients());
  }
}
