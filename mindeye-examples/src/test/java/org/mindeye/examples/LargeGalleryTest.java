// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

class LargeGalleryTest {
  @TempDir private Path folder;

  @Test
  void should_build_once_and_find_the_nearest() throws IOException {
    float[] values = new float[1000 * 16];
    NoiseSource.seeded(1).normal(values);
    Path vectors = folder.resolve("vectors.npy");
    Npy.write(vectors, HeapArray.ofHalves(values, 1000, 16));
    List<String> first = run(vectors);
    assertThat(first).hasSize(6);
    assertThat(first.subList(0, 5)).allMatch(line -> line.matches("[1-9][0-9]*  0\\.[0-9]{4}"));
    assertThat(first.get(5)).isEqualTo("5 of 5 are the nearest");
    assertThat(run(vectors)).isEqualTo(first);
  }

  private List<String> run(Path vectors) throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    LargeGallery.run(
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        vectors.toString(),
        folder.resolve("gallery").toString());
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void should_say_what_it_needs() {
    assertThatThrownBy(() -> LargeGallery.run(System.out, "one"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a file of vectors, and the gallery's folder");
  }
}
