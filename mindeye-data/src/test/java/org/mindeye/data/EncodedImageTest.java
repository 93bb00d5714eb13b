// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedImageTest {
  private static final SampleOrigin ORIGIN = new SampleOrigin("a.tar", "s1");
  private static final int PNG_WIDTH = 16;

  private static EncodedImage reopened(EncodedImage image) {
    return EncodedImage.of(ORIGIN, image.bytes(), ImageLimits.DEFAULT);
  }

  @Test
  void should_decode_a_png_to_its_exact_levels_channel_by_channel() {
    EncodedImage image = reopened(EncodedImage.png(ORIGIN, TestTrials.pixels(77, 5, 4)));
    assertThat(image.format()).isEqualTo(EncodedImage.Format.PNG);
    assertThat(image.width()).isEqualTo(5);
    assertThat(image.height()).isEqualTo(4);
    assertThat(image.origin()).isEqualTo(ORIGIN);
    float[] values = image.toFloats();
    assertThat(values).hasSize(60);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 5; x++) {
        assertThat(values[y * 5 + x]).isEqualTo(77 / 255f);
        assertThat(values[20 + y * 5 + x]).isEqualTo(x * 20 / 255f);
        assertThat(values[40 + y * 5 + x]).isEqualTo(y * 30 / 255f);
      }
    }
  }

  @Test
  void should_decode_a_jpeg_closely() {
    BufferedImage flat = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    flat.createGraphics().fillRect(0, 0, 16, 16);
    EncodedImage image = reopened(EncodedImage.jpeg(ORIGIN, flat, 0.95f));
    assertThat(image.format().extension()).isEqualTo("jpg");
    for (float value : image.toFloats()) {
      assertThat(value).isCloseTo(1f, within(2 / 255f));
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void should_ignore_transparency_and_pixel_layout(int type) {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, new Color(255, 0, 51, 255).getRGB());
    image.setRGB(1, 0, new Color(0, 255, 0, 255).getRGB());
    assertThat(reopened(EncodedImage.png(ORIGIN, image)).toFloats())
        .containsExactly(1, 0, 0, 1, 51 / 255f, 0);
  }

  @Test
  void should_repeat_gray_levels_without_brightening_them() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 64);
    assertThat(reopened(EncodedImage.png(ORIGIN, image)).toFloats())
        .containsExactly(64 / 255f, 64 / 255f, 64 / 255f);
  }

  @Test
  void should_refuse_what_is_neither_jpeg_nor_png() {
    assertThatThrownBy(
            () -> EncodedImage.of(ORIGIN, new byte[] {'G', 'I', 'F'}, ImageLimits.DEFAULT))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(
            "shard a.tar, sample s1, member image: expected a JPEG or PNG file but found 3 bytes of"
                + " neither");
  }

  @Test
  void should_refuse_an_enormous_image_by_its_header_alone() {
    byte[] png = EncodedImage.png(ORIGIN, TestTrials.pixels(1, 2, 2)).bytes();
    ByteBuffer.wrap(png).putInt(PNG_WIDTH, 60_000).putInt(PNG_WIDTH + 4, 50_000);
    assertThatThrownBy(() -> EncodedImage.of(ORIGIN, png, ImageLimits.DEFAULT))
        .hasMessage(
            "shard a.tar, sample s1, member image: expected at most 4096x4096 pixels but found"
                + " 60000x50000");
    byte[] small = EncodedImage.png(ORIGIN, TestTrials.pixels(1, 3, 2)).bytes();
    assertThatThrownBy(() -> EncodedImage.of(ORIGIN, small, new ImageLimits(2, 2)))
        .hasMessageEndingWith("expected at most 2x2 pixels but found 3x2");
    assertThatThrownBy(() -> new ImageLimits(100_000, 100_000))
        .hasMessage(
            "image limits 100000x100000: expected positive sides and at most 715827882 pixels");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void should_refuse_to_show_half_an_image(boolean jpeg) {
    BufferedImage pixels = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < 64 * 64; i++) {
      pixels.setRGB(i % 64, i / 64, random.nextInt());
    }
    byte[] whole =
        (jpeg ? EncodedImage.jpeg(ORIGIN, pixels, 0.9f) : EncodedImage.png(ORIGIN, pixels)).bytes();
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    EncodedImage image = EncodedImage.of(ORIGIN, half, ImageLimits.DEFAULT);
    assertThatThrownBy(image::toFloats)
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageStartingWith(
            "shard a.tar, sample s1, member image: expected a "
                + (jpeg ? "complete JPG" : "readable PNG")
                + " but found");
    assertThatThrownBy(() -> EncodedImage.of(ORIGIN, Arrays.copyOf(whole, 12), ImageLimits.DEFAULT))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining(
            "expected a readable " + (jpeg ? "JPG" : "PNG") + " but found 12 bytes");
  }

  @Test
  void should_check_the_quality() {
    BufferedImage pixels = TestTrials.pixels(1, 2, 2);
    assertThatThrownBy(() -> EncodedImage.jpeg(ORIGIN, pixels, 1.5f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JPEG quality must be in [0, 1] but was 1.5");
  }
}
