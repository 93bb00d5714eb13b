// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;

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
  void should_count_the_encoding_of_targets() {
    Map<String, String> given = Map.of("size", "PAPER_FINAL", "batch", "32", "targets", "GIVEN");
    Map<String, String> made = Map.of("size", "PAPER_FINAL", "batch", "32", "targets", "CLIP");
    Work encoding = of("BestOf.score", Map.of("clip", "PAPER", "batch", "32"));

    assertThat(of("BackboneTrainingStep.step", made).flops())
        .isEqualTo(of("BackboneTrainingStep.step", given).flops() + encoding.flops());
  }

  @Test
  void should_count_seven_passes_of_adamw() {
    for (String implementation : new String[] {"MINDEYE", "MINDEYE_UNCHECKED", "DJL"}) {
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
  void should_count_the_published_prior() {
    Work scratch = of("PriorDenoise.predict", Map.of("prior", "PAPER", "batch", "1"));
    Work step = of("PriorDenoise.prepared", Map.of("prior", "PAPER", "batch", "1"));
    Work many = of("PriorDenoise.prepared", Map.of("prior", "PAPER", "batch", "16"));

    // Keys and values of 6 x 515 tokens: 768 x 128 products; 5 x 515 + 257 tokens ask: queries and
    // output 2 x 768², scores and values 2 x 516 x 768, feed-forward 3 x 768 x 3072; then 257 x
    // 768²
    // and, once, the time: 8 x 768².
    double asking = 2832 * (1_179_648.0 + 792_576 + 7_077_888);
    double rest = 3090 * 98_304.0 + 257 * 589_824.0;
    double time = 4_718_592;
    assertThat(scratch.flops()).isEqualTo(2 * (asking + rest + time));
    // Prepared: 257 tokens x 768 x (768 + 128) products, and 257 x 258 pairs x 2 x 768.
    double prepared = 257 * 688_128.0 + 66_306 * 1536.0;
    assertThat(step.flops()).isEqualTo(scratch.flops() - 2 * prepared);
    assertThat(many.flops()).isEqualTo(2 * (16 * (asking + rest - prepared) + time));
    // 56,055,168 parameters, two tables of null tokens among them, and three tensors of tokens.
    assertThat(step.bytes()).isEqualTo(4.0 * (56_055_168 - 2 * 197_376 + 3 * 197_376));
    assertThat(scratch.bytes()).isEqualTo(step.bytes());
    assertThat(many.bytes() - step.bytes()).isEqualTo(15 * 4.0 * 3 * 197_376);
  }

  @Test
  void should_count_samples_by_their_steps() {
    Map<String, String> parameters = Map.of("prior", "SMALL", "batch", "3");
    Work step = of("PriorDenoise.prepared", parameters);

    // Per sample: 17 tokens x 32 x (256 + 128) products, and 17 x 18 pairs x 2 x 256.
    double prepared = 2 * 3 * (208_896.0 + 156_672);
    for (Map.Entry<String, Integer> sampler : Map.of("DDPM", 100, "MULTISTEP_20", 20).entrySet()) {
      Map<String, String> all = new HashMap<>(parameters);
      all.put("sampler", sampler.getKey());
      assertThat(of("PriorSample.sample", all))
          .isEqualTo(
              new Work(
                  prepared + sampler.getValue() * step.flops(), sampler.getValue() * step.bytes()));
    }
  }

  @Test
  void should_count_a_training_step_of_the_prior() {
    Work forward = of("PriorDenoise.predict", Map.of("prior", "SMALL", "batch", "8"));
    Work kept = of("PriorTrainingStep.step", training("false"));

    // 2 x 35 tokens x 32 x 128 products; 35 + 17 tokens x (2 x 32 x 256 + 2 x 36 x 256
    // + 3 x 32 x 128); 17 x 32²; the time 8 x 32², in training once for each sample.
    double products = 286_720 + 52 * (16_384.0 + 18_432 + 12_288) + 17_408;
    assertThat(forward.flops()).isEqualTo(2 * (8 * products + 8192));
    // No gradient for 17 tokens x 32 x (256 + 128), nor for the sines, 32 x 64.
    assertThat(kept.flops()).isEqualTo(2 * 8 * (3 * (products + 8192) - 208_896 - 2048));
    // 32 x 4 scores of distances; two layers of norms 3 x 32, null key and value 128, matrices 32 x
    // 256, 32 x 128, 256 x 32, 32 x 256, 128 x 32; norm and output 32 + 32²; queries 17 x 32; time
    // 8 x 32² + 64 + 64 + 32.
    double parameters = 128 + 2 * (96 + 128 + 32_768) + 1056 + 544 + 8352;
    assertThat(forward.bytes()).isEqualTo(4 * (parameters + 3 * 8 * 544));
    assertThat(kept.bytes() - forward.bytes()).isEqualTo(4 * 9 * parameters);
    assertThat(of("PriorTrainingStep.step", training("true"))).isEqualTo(kept);
  }

  private static Map<String, String> training(String checkpointing) {
    return Map.of("prior", "SMALL", "batch", "8", "checkpointing", checkpointing);
  }

  @Test
  void should_count_the_choice_among_pictures() {
    Work one = of("BestOf.score", Map.of("clip", "PAPER", "batch", "1"));
    Work many = of("BestOf.score", Map.of("clip", "PAPER", "batch", "16"));

    // 256 patches of 588 x 1024 products; 24 layers of 257 tokens, 12 x 1024² and 2 x 257 x 1024
    // each; 257 x 1024 x 768.
    double layer = 257 * (12.0 * 1_048_576 + 2 * 257 * 1024);
    assertThat(one.flops()).isEqualTo(2 * (256 * 602_112.0 + 24 * layer + 257 * 786_432.0));
    assertThat(one.bytes()).isEqualTo(4.0 * (303_966_208 + 786_432));
    assertThat(many.flops()).isEqualTo(16 * one.flops());
    assertThat(many.bytes() - one.bytes()).isEqualTo(15 * 4.0 * 786_432);
  }

  @Test
  void should_count_the_passes_of_a_sampler() {
    assertThat(samplerStep("DDIM", "1")).isEqualTo(new Work(0, 5 * 65_536));
    assertThat(samplerStep("DPM_SOLVER", "2")).isEqualTo(new Work(0, 7 * 131_072));
    assertThat(samplerStep("UNIPC", "16")).isEqualTo(new Work(0, 10 * 1_048_576));
  }

  private static Work samplerStep(String method, String batch) {
    return of("SamplerStep.step", Map.of("method", method, "batch", batch));
  }

  @Test
  void should_count_the_published_low_level_network() {
    Work one = of("LowLevelForward.forward", Map.of("network", "PAPER", "batch", "1"));
    Work many = of("LowLevelForward.forward", Map.of("network", "PAPER", "batch", "32"));

    double linear = 15_724 * 4096.0 + 4 * 4096 * 4096 + 4096 * 16_384;
    // 16 x 16: the first convolution, four blocks of two, the attention; then its scores.
    double deep = 256 * (9 * 256 * (64 + 8.0 * 256) + 4 * 256 * 256) + 2.0 * 256 * 256 * 256;
    // 32 x 32: the enlarged maps, 256 to 128 with a shortcut, 128 to 128.
    double middle = 1024 * (9 * 256 * 256 + 9 * 128 * (256 + 3.0 * 128) + 256 * 128);
    // 64 x 64: the enlarged maps, 128 to 64 with a shortcut, 64 to 64, and the result.
    double large = 4096 * (9 * 128 * 128 + 9 * 64 * (128 + 3.0 * 64) + 128 * 64 + 9 * 64 * 4);
    assertThat(one.flops()).isEqualTo(2 * (linear + deep + middle + large));
    assertThat(one.bytes()).isEqualTo(4.0 * (205_505_988 + 15_724 + 16_384));
    assertThat(many.flops()).isEqualTo(32 * one.flops());
    assertThat(many.bytes() - one.bytes()).isEqualTo(31 * 4.0 * (15_724 + 16_384));
  }

  @Test
  void should_count_a_training_step_of_the_low_level_network() {
    Work forward = of("LowLevelForward.forward", Map.of("network", "PAPER", "batch", "8"));
    Work step = of("LowLevelTrainingStep.step", Map.of("network", "PAPER", "batch", "8"));

    double projector = 8 * 256 * (64 * 512 + 2.0 * 512 * 512);
    double rows = 8 * 256;
    assertThat(step.flops())
        .isEqualTo(
            3 * (forward.flops() + 2 * projector)
                - 2 * 8 * 15_724 * 4096.0
                + 6 * rows * rows * 512);
    // Forward, backward, gradients, and seven of AdamW; the loss reads three and writes two.
    assertThat(step.bytes() - forward.bytes())
        .isEqualTo(4 * (559_616 + rows * 512 + 9 * 206_065_604.0 + 5 * rows * 512));
  }

  @Test
  void should_count_a_small_autoencoder() {
    Map<String, String> small = Map.of("autoencoder", "SMALL");
    Work decode = of("Autoencoding.decode", small);
    Work encode = of("Autoencoding.encode", small);

    // 8 x 8 positions: 32 channels; 16 x 16: 16 channels.
    double middle = 4 * 9 * 32 * 32 + 4 * 32 * 32;
    double scores = 2 * 64 * 64 * 32;
    double upward =
        64 * (4 * 4 + 9 * 4 * 32 + middle + 4 * 9 * 32 * 32)
            + scores
            + 256 * (9.0 * 32 * 32 + 9 * 16 * (32 + 3 * 16) + 32 * 16 + 9 * 16 * 3);
    assertThat(decode.flops()).isEqualTo(2 * upward);
    double downward =
        256 * (9.0 * 3 * 16 + 2 * 9 * 16 * 16)
            + 64 * (9 * 16 * 16 + 9 * 32 * (16 + 32) + 16 * 32 + middle + 9 * 32 * 8 + 8 * 8)
            + scores;
    assertThat(encode.flops()).isEqualTo(2 * downward);
    // Both read half the weights, each with 256 latents and 768 pixels.
    try (AutoencoderKl network = new AutoencoderKl(AutoencoderSize.SMALL.config())) {
      assertThat(decode.bytes() + encode.bytes())
          .isEqualTo(4.0 * (network.parameterCount() + 2 * (256 + 768)));
    }
  }

  @Test
  void should_count_a_small_unet() {
    Work one = of("UnetStep.step", Map.of("unet", "SMALL", "pass", "ONE"));
    Work two = of("UnetStep.step", Map.of("unet", "SMALL", "pass", "TWO"));
    Work guided = of("UnetStep.step", Map.of("unet", "SMALL", "pass", "GUIDED"));

    // 8 numbers of the timestep to 32, and to each of 8 blocks.
    double time = 8 * 32 + 32 * 32 + 32 * (3 * 8.0 + 5 * 16);
    // 64 positions of 8 channels and 16 of 16: before the first look, looks at 3 tokens, the rest.
    double attending = 64 * (8 * 8 + 4 * 8 * 8) + 2 * 64.0 * 64 * 8;
    double shared = 64 * 9 * (4 * 8 + 2 * 8 * 8.0) + attending;
    double look = 64 * (2 * 8 * 8 + 2 * 3 * 8.0);
    double fed = 64 * (12 * 8 * 8 + 8 * 8.0);
    double deep =
        16 * (9 * 8 * 8 + 9 * 16 * (8 + 16) + 8 * 16.0) // halved, and a block
            + 16 * 4 * 9 * 16 * 16.0 // the middle's two
            + 16 * (16 * 16 * (2 + 4 + 12.0)) // its transformer
            + 2 * 16 * 16 * 16.0
            + 16 * (9 * 16 * (32 + 16 + 24 + 16) + 16 * (32 + 24.0)); // upward
    double deepLook = 16 * (2 * 16 * 16 + 2 * 3 * 16.0);
    double large =
        64 * 9 * 16 * 16.0 // enlarged
            + 64 * (9 * 8 * (24 + 8 + 16 + 8) + 8 * (24 + 16.0))
            + 2 * (attending + fed)
            + 64 * 9 * 8 * 4.0;
    double rest = fed + deep + large;
    double looks = 3 * look + deepLook;
    assertThat(one.flops()).isEqualTo(2 * (time + shared + looks + rest));
    assertThat(two.flops()).isEqualTo(2 * (time + 2 * (shared + looks + rest)));
    assertThat(guided.flops()).isEqualTo(2 * (time + shared + looks + 2 * rest));
    try (ConditionalUnet network = new ConditionalUnet(UnetSize.SMALL.config())) {
      // Keys and values are read, not the maps that made them; latents twice.
      double prepared = 2 * 3 * (3 * 8.0 + 16);
      double weights = network.parameterCount() - 2 * 5 * (3 * 8.0 + 16);
      assertThat(one.bytes()).isEqualTo(4 * (weights + prepared + 2 * 256));
      assertThat(two.bytes() - one.bytes()).isEqualTo(4 * (prepared + 2 * 256));
      assertThat(guided.bytes() - one.bytes()).isEqualTo(4.0 * 256);
    }
  }

  @Test
  void should_count_a_whole_picture() {
    Work step = of("UnetStep.step", Map.of("unet", "SMALL", "pass", "GUIDED"));
    Work pixels = of("Autoencoding.decode", Map.of("autoencoder", "SMALL"));
    Work all = of("GuidedDecode.decode", Map.of("unet", "SMALL"));
    assertThat(all.flops()).isEqualTo(17 * step.flops() + pixels.flops());
    assertThat(all.bytes()).isEqualTo(17 * step.bytes() + pixels.bytes());
  }

  @Test
  void should_count_retrieval() {
    assertThat(of("Similarities.cosine", Map.of("pool", "300", "width", "768")))
        .isEqualTo(new Work(2.0 * 300 * 300 * 768, 4.0 * 600 * 768));
    assertThat(
            of(
                "NearestNeighbors.nearest",
                Map.of("queries", "1", "gallery", "1000", "width", "768")))
        .isEqualTo(new Work(2.0 * 1000 * 768, 4.0 * 1001 * 768));
    assertThat(
            of(
                "MappedNeighbors.nearest",
                Map.of("queries", "1", "gallery", "1000", "type", "FLOAT16")))
        .isEqualTo(new Work(2.0 * 1000 * 768, 4.0 * 768 + 2.0 * 1000 * 768));
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
