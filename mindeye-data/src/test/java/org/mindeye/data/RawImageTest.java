// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RawImageTest {
  private static final SampleOrigin ORIGIN = new SampleOrigin("stimuli.hdf5", "image 7");

  /** Red, green, blue of each pixel, row by row. */
  private static byte[] interleaved(BufferedImage image) {
    byte[] bytes = new byte[3 * image.getWidth() * image.getHeight()];
    int next = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int shift = 16; shift >= 0; shift -= 8) {
          bytes[next++] = (byte) (image.getRGB(x, y) >> shift);
        }
      }
    }
    return bytes;
  }

  @Test
  void should_show_the_same_pixels_as_an_encoded_picture() {
    BufferedImage pixels = TestTrials.pixels(200, 8, 6);
    TrialImage raw = RawImage.of(ORIGIN, 6, 8, interleaved(pixels));
    TrialImage png = EncodedImage.png(ORIGIN, pixels);
    assertThat(raw.width()).isEqualTo(8);
    assertThat(raw.height()).isEqualTo(6);
    assertThat(raw.origin()).isEqualTo(ORIGIN);
    assertThat(raw.toFloats()).isEqualTo(png.toFloats());
    assertThat(raw.toBufferedImage().getRGB(0, 0, 8, 6, null, 0, 8))
        .isEqualTo(png.toBufferedImage().getRGB(0, 0, 8, 6, null, 0, 8));
    assertThat(raw.encoded().toFloats()).isEqualTo(png.toFloats());
    assertThat(png.encoded()).isSameAs(png);
    assertThat(raw.content()).isEqualTo(interleaved(pixels));
    assertThat(png.content()).isEqualTo(png.encoded().bytes());
    assertThat(raw).hasToString("raw 8x6");
  }

  @Test
  void should_keep_its_own_copy() {
    byte[] bytes = {1, 2, 3};
    TrialImage raw = RawImage.of(ORIGIN, 1, 1, bytes);
    bytes[0] = 9;
    raw.content()[1] = 9;
    assertThat(raw.content()).containsExactly(1, 2, 3);
  }

  @Test
  void should_read_only_on_demand_and_again_each_time() {
    AtomicInteger reads = new AtomicInteger();
    TrialImage raw =
        RawImage.reading(ORIGIN, 1, 1, () -> new byte[] {(byte) reads.incrementAndGet(), 0, 0});
    assertThat(raw.width() + raw.height() + reads.get()).isEqualTo(2);
    assertThat(raw.toFloats()[0]).isEqualTo(1 / 255f);
    assertThat(raw.toFloats()[0]).isEqualTo(2 / 255f);
  }

  @Test
  void should_name_what_cannot_be_read() {
    TrialImage gone =
        RawImage.reading(
            ORIGIN,
            2,
            3,
            () -> {
              throw new IOException("the file is closed");
            });
    assertThatThrownBy(gone::check)
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("image 7")
        .hasMessageContaining(
            "expected 3x2 pixels but found an unreadable source: the file is closed");
    assertThatThrownBy(() -> RawImage.of(ORIGIN, 2, 3, new byte[17]))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("expected 3x2 pixels of 3 bytes each but found 17 bytes");
    assertThatThrownBy(() -> RawImage.reading(ORIGIN, 0, 3, () -> new byte[0]))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("expected sides of 1 and more that fit one array but found 3x0");
  }

  @Test
  void should_be_told_apart_by_its_content_and_batched_with_others() {
    Trial raw =
        new Trial(
            ORIGIN,
            RawImage.of(ORIGIN, 6, 8, interleaved(TestTrials.pixels(3, 8, 6))),
            TestTrials.voxels(3, 3),
            3,
            new long[] {1},
            1);
    float[][] pixels = ImageBatches.pixels(List.of(raw, TestTrials.trial(3)));
    assertThat(pixels[0]).isEqualTo(pixels[1]);
  }
}
