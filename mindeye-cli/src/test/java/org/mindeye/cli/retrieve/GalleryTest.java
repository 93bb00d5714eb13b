// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

class GalleryTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, 768, FLOAT32, FLOAT32",
    "1, 768, BFLOAT16, BFLOAT16",
    "64, 64, BFLOAT16, BFLOAT16",
    "65, 64, BFLOAT16, FLOAT32"
  })
  void should_compare_short_vectors_in_the_format(
      int tokens, int width, Precision asked, Precision expected) throws IOException {
    ClipSpace space = new ClipSpace(tokens, width);
    float[] drawn = new float[2 * space.size()];
    NoiseSource.seeded(1).normal(drawn);
    Path file = folder.resolve("tokens.npy");
    Npy.write(file, HeapArray.ofFloats(drawn, 2, tokens, width));

    try (TokenFile opened = TokenFile.open(file, null);
        Gallery gallery = Gallery.of(opened, space, asked, Device.cpu())) {
      assertThat(gallery.index().precision()).isEqualTo(expected);
      assertThat(gallery.pictures()).hasSize(2);
    }
  }
}
