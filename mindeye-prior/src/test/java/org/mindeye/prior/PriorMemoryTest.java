package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.memory.MemoryEstimate;

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

  /** The peaks that {@link DiffusionPrior#withGradientCheckpointing} quotes, at batch 8. */
  @Test
  void should_be_near_the_measured_peaks() {
    double gib = 1L << 30;
    assertThat(PriorMemory.training(PAPER, 8).total() / gib).isCloseTo(4.0, withinPercentage(20));
    assertThat(PriorMemory.trainingWithCheckpointing(PAPER, 8).total() / gib)
        .isCloseTo(2.7, withinPercentage(20));
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
