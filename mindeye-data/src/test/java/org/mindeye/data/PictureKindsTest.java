// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

/** Every kind of picture as the original's loader sees it (see resources/pictures). */
class PictureKindsTest {
  private static final Path FOLDER = Path.of("src/test/resources/pictures");
  private static final Map<String, HeapArray> EXPECTED = expected();

  /** What Pillow shows, and this library calls damaged. */
  private static final List<String> STRICTER =
      List.of(
          "arithmetic.jpg",
          "gray_16.png",
          "gray_16_clear.png",
          "gray_16_interlaced.png",
          "damaged_scan.jpg",
          "half_restart.jpg",
          "index_beyond_palette.png",
          "no_end.png",
          "no_palette.png",
          "progressive_420_stopped.jpg",
          "progressive_444_stopped.jpg",
          "avif_named.jpg",
          "bmp_named.jpg",
          "gif_named.jpg",
          "tiff_named.jpg",
          "webp_named.jpg");

  private static Map<String, HeapArray> expected() {
    try {
      return Npz.read(FOLDER.resolve("expected.npz"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("kinds"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static List<String> readable() throws IOException {
    return files().stream()
        .filter(EXPECTED::containsKey)
        .filter(name -> !STRICTER.contains(name))
        .toList();
  }

  static List<String> refused() throws IOException {
    List<String> names = new ArrayList<>(files());
    names.removeAll(readable());
    return names;
  }

  private static EncodedImage open(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("kinds").resolve(name));
    return EncodedImage.of(new SampleOrigin("kinds", name), bytes, ImageLimits.DEFAULT);
  }

  @Test
  void should_have_all_kinds() throws IOException {
    assertThat(readable()).hasSizeGreaterThan(100);
    assertThat(refused()).hasSizeGreaterThan(20).containsAll(STRICTER);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void should_show_what_the_original_sees(String name) throws IOException {
    EncodedImage image = open(name);
    int width = image.width();
    int height = image.height();
    HeapArray expected = EXPECTED.get(name);
    assertThat(expected.shape()).containsExactly(height, width, 3);
    long[] levels = expected.toLongs();
    float[] values = image.toFloats();
    BufferedImage shown = image.toBufferedImage();
    assertThat(shown.getType()).isEqualTo(BufferedImage.TYPE_INT_RGB);
    assertThat(values).hasSize(3 * width * height);
    for (int i = 0; i < width * height; i++) {
      int rgb = shown.getRGB(i % width, i / width);
      for (int c = 0; c < 3; c++) {
        float level = 255 * values[c * width * height + i];
        assertThat(level)
            .as("column %d, row %d, channel %d", i % width, i / width, c)
            .isCloseTo(levels[3 * i + c], within(1.001f));
        assertThat(rgb >> (16 - 8 * c) & 0xff).isEqualTo(Math.round(level));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void should_refuse_the_others_by_name(String name) {
    assertThatThrownBy(() -> open(name).check())
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageStartingWith("shard kinds, sample " + name + ", member image: expected a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arithmetic.jpg|a baseline or progressive JPEG but found frame type 9 (arithmetic coding,"
            + " lossless or hierarchical); save it again as baseline",
        "twelve_bits.jpg|a JPEG of 8 bits per level but found 12 bits; save it again with 8",
        "two_components.jpg|a JPEG of 1, 3 or 4 components but found 2; save it again as RGB",
        "no_height.jpg|a JPEG with its size in the header but found 21x0",
        "progressive_420_stopped.jpg|a complete JPG but found a progressive one that ends before its"
            + " last scans (cut off?)",
        "no_end.jpg|a complete JPG but found Truncated File - Missing EOI marker",
        "webp_named.jpg|a JPEG or PNG file but found a WebP picture; save it as JPEG or PNG first",
        "gray_16.png|a PNG with gray levels up to 255 but found 16-bit gray with a level of 257,"
            + " which the original's loader shows as white; save it with 8 bits",
        "index_beyond_palette.png|a readable PNG but found colour 9 of a palette of 9",
        "damaged_data.png|a readable PNG but found 976 bytes that fail: a wrong checksum at byte 33",
        "no_end.png|a readable PNG but found 964 bytes that fail: cut off before its end"
      })
  void should_say_what_is_wrong(String name, String message) {
    assertThatThrownBy(() -> open(name).check())
        .hasMessage("shard kinds, sample " + name + ", member image: expected " + message);
  }
}
