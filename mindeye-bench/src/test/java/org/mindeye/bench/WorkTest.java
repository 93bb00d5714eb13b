package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The formulas, against numbers worked out by hand. */
class WorkTest {
  private static Work of(String benchmark, Map<String, String> parameters) {
    return Work.of(benchmark, parameters).orElseThrow();
  }

  @Test
  void should_count_the_published_backbone() {
    Work work = of("BackboneForward.forward", Map.of("size", "PAPER_HIDDEN", "batch", "1"));

    // 15,724 x 4096 + 4 x 4096² + 4096 x 197,376 + 257 (2 x 768 x 2048 + 2048²) products
    assertThat(work.flops())
        .isEqualTo(2.0 * (64_405_504L + 67_108_864 + 808_452_096 + 1_886_388_224));
    assertThat(work.bytes()).isEqualTo(4.0 * (947_579_904 + 15_724 + 2 * 197_376));
  }

  @Test
  void should_read_weights_once_per_batch() {
    Work one = of("BackboneForward.forward", Map.of("size", "PAPER_FINAL", "batch", "1"));
    Work many = of("BackboneForward.forward", Map.of("size", "PAPER_FINAL", "batch", "32"));

    assertThat(many.flops()).isEqualTo(32 * one.flops());
    assertThat(many.bytes() - one.bytes()).isEqualTo(31 * 4.0 * (15_724 + 2 * 768));
  }

  @Test
  void should_count_a_training_step() {
    Map<String, String> parameters = Map.of("size", "SMALL", "batch", "32");
    Work forward = of("BackboneForward.forward", parameters);
    Work step = of("BackboneTrainingStep.step", parameters);

    // 1500 x 512 + 4 x 512² + 512 x 544 + 17 (2 x 32 x 256 + 256²) products per sample
    double products = 768_000 + 1_048_576 + 278_528 + 1_392_640;
    assertThat(forward.flops()).isEqualTo(2 * 32 * products);
    assertThat(step.flops()).isEqualTo(2 * 32 * (3 * products - 768_000) + 3 * 2 * 32 * 32 * 544.0);
    double parameterCount = forward.bytes() / 4 - 32 * (1500 + 2 * 544);
    // Forward, backward, gradients, and seven of AdamW; the loss reads three times and writes one.
    assertThat(step.bytes() - forward.bytes()).isEqualTo(4 * (9 * parameterCount + 4 * 32 * 544));
  }

  @Test
  void should_count_seven_passes_of_adamw() {
    for (String implementation : new String[] {"MINDEYE", "DJL"}) {
      assertThat(
              of("AdamWStep.step", Map.of("parameters", "1000", "implementation", implementation)))
          .isEqualTo(new Work(0, 28_000));
    }
  }

  @Test
  void should_count_the_losses() {
    assertThat(loss("forward", "CLIP")).isEqualTo(new Work(2 * 32 * 32 * 768, 2 * 4 * 32 * 768));
    assertThat(loss("forward", "BI_MIX_CO")).isEqualTo(loss("forward", "CLIP"));
    assertThat(loss("forward", "SOFT_CLIP"))
        .isEqualTo(new Work(4 * 32 * 32 * 768, 2 * 4 * 32 * 768));
    assertThat(loss("forward", "SOFT_CONTRASTIVE"))
        .isEqualTo(new Work(4 * 32 * 32 * 768, 3 * 4 * 32 * 768));
    assertThat(loss("forwardAndGradient", "SOFT_CONTRASTIVE"))
        .isEqualTo(new Work(6 * 32 * 32 * 768, 5 * 4 * 32 * 768));
  }

  private static Work loss(String method, String kind) {
    return of("Losses." + method, Map.of("loss", kind, "batch", "32", "width", "768"));
  }

  @Test
  void should_count_retrieval() {
    assertThat(of("Similarities.cosine", Map.of("pool", "300", "width", "768")))
        .isEqualTo(new Work(2.0 * 300 * 300 * 768, 4.0 * 600 * 768));
    assertThat(of("NearestNeighbours.nearest", Map.of("queries", "1", "gallery", "1000")))
        .isEqualTo(new Work(2.0 * 1000 * 768, 4.0 * 1001 * 768));
  }

  @Test
  void should_count_files() {
    assertThat(of("NpyRead.read", Map.of("numbers", "47172"))).isEqualTo(new Work(0, 188_816));
    // Header and whole blocks: image 118, voxels 185, three small ones 1 each; two blocks at the
    // end.
    assertThat(of("WebDatasetRead.read", Map.of("samples", "10")))
        .isEqualTo(new Work(0, 512 * (10 * (5 + 118 + 185 + 3) + 2)));
  }

  @Test
  void should_count_the_limits() {
    assertThat(of("MachineLimits.multiply", Map.of("rows", "4096")))
        .isEqualTo(new Work(2.0 * 4096 * 4096 * 4096, 3 * 4.0 * 4096 * 4096));
    assertThat(of("MachineLimits.read", Map.of("mebibytes", "1024")))
        .isEqualTo(new Work(0, 1L << 30));
    assertThat(of("MachineLimits.add", Map.of("mebibytes", "1024")))
        .isEqualTo(new Work(0, 3L << 30));
  }

  @Test
  void should_not_count_overhead() {
    assertThat(Work.of("KernelCall.kernel", Map.of("device", "cpu"))).isEmpty();
  }

  @Test
  void should_refuse_what_it_does_not_know() {
    assertThatThrownBy(() -> Work.of("Other.thing", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no formula for the work of Other.thing");
  }
}
