// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Trial;

class NumberFormatsTest {
  @TempDir private Path folder;

  @Test
  void should_find_what_was_seen_in_every_format() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path tower = folder.resolve("clip.safetensors");
    List<Trial> trials = CustomLoopTest.trials();
    SearchGalleryTest.train(weights, tower, trials);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    NumberFormats.run(
        weights, tower, trials, new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("FLOAT32: 4[0-8] of 48 came first"),
            line -> assertThat(line).matches("BFLOAT16: 4[0-8] of 48 came first"),
            line -> assertThat(line).matches("INT8_WEIGHTS: 4[0-8] of 48 came first"),
            line -> assertThat(line).startsWith("the fastest here is "));
  }
}
