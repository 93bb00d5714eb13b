// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.reconstruction.Toys.CPU;
import static org.mindeye.reconstruction.Toys.SPACE;
import static org.mindeye.reconstruction.Toys.autoencoder;
import static org.mindeye.reconstruction.Toys.blurry;
import static org.mindeye.reconstruction.Toys.latents;
import static org.mindeye.reconstruction.Toys.tokens;
import static org.mindeye.reconstruction.Toys.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.MiniUnet;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.PublishedWeights;

class VersatileDiffusionDecoderTest {
  private static final DecodeConfig CONFIG = new DecodeConfig(3, 3.5, 0.67, 42, 1);

  private VersatileDiffusionDecoder decoder;
  @FreshManager private NDManager manager;

  @BeforeEach
  void open() {
    decoder = Toys.decoder(PainterConfig.paper());
  }

  @AfterEach
  void close() {
    decoder.close();
  }

  private float[] picture(VersatileDiffusionDecoder painter, ClipTokens tokens, int seed) {
    return painter
        .decode(tokens, CONFIG, NoiseSource.seeded(seed), StepListener.NONE, manager)
        .array()
        .toFloatArray();
  }

  /** Latents of the same tokens and noise, decoded by hand. */
  @Test
  void should_show_the_latents_that_were_sampled_within_0_and_1() {
    VersatileDiffusionDecoder plain =
        decoder.withConfig(PainterConfig.paper().withTokens(TokenScale.AS_SAMPLED));
    try (ConditionalUnet unet = unet();
        AutoencoderKl autoencoder = autoencoder()) {
      VaeLatents sampled =
          LatentDiffusion.of(unet, LatentScheduler.paper(), PublishedScheduler.stableDiffusion())
              .sample(
                  tokens(manager, 1),
                  latents(manager, 1),
                  CONFIG,
                  NoiseSource.seeded(7),
                  StepListener.NONE,
                  manager);
      float[] pixels = autoencoder.decode(sampled, manager).array().toFloatArray();
      float[] found =
          plain
              .decode(
                  tokens(manager, 1),
                  latents(manager, 1),
                  CONFIG,
                  NoiseSource.seeded(7),
                  StepListener.NONE,
                  manager)
              .array()
              .toFloatArray();
      int clamped = 0;
      for (int i = 0; i < pixels.length; i++) {
        float expected = Math.min(1, Math.max(0, pixels[i] / 2 + 0.5f));
        assertThat(found[i]).isCloseTo(expected, within(1e-6f));
        clamped += expected == 0 || expected == 1 ? 1 : 0;
      }
      assertThat(clamped).as("outside").isPositive();
    }
  }

  @Test
  void should_divide_tokens_by_the_first_ones_norm() {
    float[] values = tokens(manager, 1).array().toFloatArray();
    double sum = 0;
    for (int i = 0; i < SPACE.width(); i++) {
      sum += values[i] * values[i];
    }
    NDArray divided = tokens(manager, 1).array().div(Math.sqrt(sum) + 1e-6);
    VersatileDiffusionDecoder plain =
        decoder.withConfig(PainterConfig.paper().withTokens(TokenScale.AS_SAMPLED));
    float[] expected = picture(plain, ClipTokens.of(divided), 7);
    assertThat(picture(decoder, tokens(manager, 1), 7)).containsExactly(expected, within(1e-5f));
    assertThat(picture(plain, tokens(manager, 1), 7)).isNotEqualTo(expected);
    // The small number is what keeps tokens of zeros from being NaN.
    ClipTokens zeros = ClipTokens.of(manager.zeros(new Shape(1, 5, 12)));
    assertThat(picture(decoder, zeros, 7)).doesNotContain(Float.NaN);
  }

  @Test
  void should_show_latents_unclamped() {
    try (AutoencoderKl autoencoder = autoencoder()) {
      VaeLatents latents = latents(manager, 2);
      float[] expected = autoencoder.decode(latents, manager).toImages().array().toFloatArray();
      NDArray shown = decoder.show(latents, manager).array();
      assertThat(shown.toFloatArray()).containsExactly(expected, within(1e-5f));
      assertThat(shown.sub(0.5f).abs().max().getFloat()).as("outside").isGreaterThan(0.5f);
    }
  }

  private float[] start(PainterConfig config, NoiseSource noise) {
    return decoder.withConfig(config).start(blurry(manager), noise, manager).array().toFloatArray();
  }

  @Test
  void should_start_from_a_draw_of_pixels_in_clips_range_as_published() {
    NoiseSource none = NoiseSource.replayed(List.of());
    PainterConfig mode = PainterConfig.paper().withStartLatents(StartLatents.MODE);
    try (AutoencoderKl autoencoder = autoencoder()) {
      float[] planes = blurry(manager).array().toFloatArray();
      int plane = planes.length / 3;
      for (int i = 0; i < planes.length; i++) {
        int channel = i / plane;
        planes[i] =
            (planes[i] - ClipPreprocessing.MEAN.get(channel))
                / ClipPreprocessing.DEVIATION.get(channel);
      }
      VaePixels normalized = VaePixels.of(manager.create(planes, new Shape(1, 3, 16, 16)));
      float[] expected = autoencoder.encodeMode(normalized, manager).array().toFloatArray();
      assertThat(start(mode, none)).containsExactly(expected, within(1e-5f));

      float[] unit =
          autoencoder.encodeMode(VaePixels.of(blurry(manager)), manager).array().toFloatArray();
      assertThat(start(mode.withStartPixels(StartPixels.UNIT), none))
          .containsExactly(unit, within(1e-6f));

      float[] drawn =
          autoencoder.encode(normalized).sample(NoiseSource.seeded(9)).array().toFloatArray();
      assertThat(start(PainterConfig.paper(), NoiseSource.seeded(9)))
          .containsExactly(drawn, within(1e-5f));
      assertThat(drawn).isNotEqualTo(expected);
    }
  }

  @Test
  void should_say_what_it_paints_from() {
    assertThat(decoder.space()).isEqualTo(SPACE);
    assertThat(decoder.latents()).isEqualTo(new Shape(4, 8, 8));
    assertThat(decoder.device()).isEqualTo(CPU);
    assertThat(decoder.batch()).isEqualTo(1);
    assertThat(decoder.withConfig(decoder.config().withBatch(3)).batch()).isEqualTo(3);
  }

  @Test
  void should_paint_from_one_token_that_is_left_as_it_is() {
    ClipSpace one = new ClipSpace(1, 12);
    try (VersatileDiffusionDecoder last =
        VersatileDiffusionDecoder.of(
            unet(one, Toys.CHANNELS), autoencoder(), PainterConfig.finalLayer())) {
      NDArray token = tokens(manager, 1).array().get(":, 0:1");
      float[] once = picture(last, ClipTokens.of(token), 7);
      assertThat(picture(last, ClipTokens.of(token.mul(2)), 7)).isNotEqualTo(once);
      assertThat(last.space()).isEqualTo(one);
    }
  }

  @Test
  void should_refuse_tokens_of_another_space() {
    ClipTokens other = ClipTokens.of(manager.zeros(new Shape(1, 4, 12)));
    assertThatThrownBy(() -> picture(decoder, other, 7))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("tokens: expected a 5x12 space but was 4x12");
  }

  @Test
  void should_close_what_it_refuses() {
    ConditionalUnet unet = unet();
    AutoencoderKl three =
        MiniUnet.drawn(
            new AutoencoderKl(
                new AutoencoderConfig(new ConvolutionStages(List.of(4), 1, 2), 3, 1)));
    assertThatThrownBy(() -> VersatileDiffusionDecoder.of(unet, three, PainterConfig.paper()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("autoencoder: latents of 3 channels, but the UNet's have 4");
    assertThatThrownBy(unet::enter).hasMessageContaining("is closed");
    assertThatThrownBy(three::enter).hasMessageContaining("is closed");

    ConditionalUnet other = unet();
    AutoencoderKl empty = new AutoencoderKl(autoencoderConfig());
    assertThatThrownBy(() -> VersatileDiffusionDecoder.of(other, empty, PainterConfig.paper()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AutoencoderKl has no weights");
    assertThatThrownBy(other::enter).hasMessageContaining("is closed");
  }

  private static AutoencoderConfig autoencoderConfig() {
    try (AutoencoderKl autoencoder = autoencoder()) {
      return autoencoder.config();
    }
  }

  @ParameterizedTest
  @EnumSource(PainterKind.class)
  void should_load_each_kind_with_its_published_configuration(
      PainterKind kind, @TempDir Path folder) throws IOException {
    PainterFiles.small(kind).write(folder, PublishedWeights.Form.BIN);
    try (VersatileDiffusionDecoder loaded = VersatileDiffusionDecoder.load(folder, CPU)) {
      assertThat(loaded.config())
          .isEqualTo(
              kind == PainterKind.IMAGE_VARIATIONS
                  ? PainterConfig.finalLayer()
                  : PainterConfig.paper());
      assertThat(loaded.space()).isEqualTo(PainterFiles.smallUnet(kind).condition());
      ClipTokens tokens = ClipTokens.of(manager.ones(new Shape(1, loaded.space().tokens(), 8)));
      assertThat(picture(loaded, tokens, 7)).hasSize(3 * 8 * 8);
    }
  }

  @Test
  void should_refuse_no_pictures_at_once() {
    assertThatThrownBy(() -> PainterConfig.paper().withBatch(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch: expected at least 1 but was 0");
  }

  @Test
  void should_leave_nothing_behind() {
    ClipTokens tokens = tokens(manager, 1);
    VaeLatents start = latents(manager, 1);
    DecodeConfig one = CONFIG.withSteps(2).withStrength(0.5);
    LeakCheck.assertNoLeak(
        20,
        () -> {
          NoiseSource noise = NoiseSource.seeded(7);
          StepListener none = StepListener.NONE;
          decoder.decode(tokens, start, one, noise, none, manager).array().close();
          decoder.decode(tokens, one.withStrength(1), noise, none, manager).array().close();
          decoder.show(start, manager).array().close();
        });
    var blurry = blurry(manager);
    LeakCheck.assertNoLeak(
        20, () -> decoder.start(blurry, NoiseSource.seeded(7), manager).array().close());
  }
}
