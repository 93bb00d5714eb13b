// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadTensorsTest {
  private static final String CHECKPOINT =
      Path.of("../mindeye-formats/src/test/resources/torch/training.pth").toString();

  private static Stream<String> printed(String... arguments) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ReadTensors.run(new PrintStream(text, true, StandardCharsets.UTF_8), arguments);
    return text.toString(StandardCharsets.UTF_8).lines();
  }

  @Test
  void should_list_a_checkpoint() throws IOException {
    assertThat(printed(CHECKPOINT)).hasSize(18).contains("voxel2clip.lin1.weight FLOAT32 (12, 8)");
  }

  @Test
  void should_print_the_first_numbers_of_a_tensor() throws IOException {
    assertThat(printed(CHECKPOINT, "voxel2clip.lin1.bias"))
        .singleElement()
        .asString()
        .matches("\\[(-?\\d[\\d.E-]*, ){4}-?\\d[\\d.E-]*\\]");
  }

  @Test
  void should_want_a_file() {
    assertThatThrownBy(ReadTensorsTest::printed)
        .hasMessage("expected a file, and the name of a tensor if wanted");
  }
}
