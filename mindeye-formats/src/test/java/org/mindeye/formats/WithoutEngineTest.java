// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.TensorFile;

/** These tests run on a class path without an engine and without a native library. */
class WithoutEngineTest {
  private static float[] read(Path file, String name, PrintStream out) throws IOException {
    // snippet: read
    try (TensorFile tensors = TensorFiles.open(file)) { // .pth, .safetensors, .npz, *.index.json
      for (String each : tensors.names()) {
        out.println(tensors.info(each)); // lin0.0.weight FLOAT32 (4096, 15724)
      }
      return tensors.floats(name);
    }
    // end: read
  }

  @Test
  void should_list_a_checkpoint_and_read_a_tensor() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
    Path file = Path.of("src/test/resources/torch/training.pth");

    assertThat(read(file, "voxel2clip.lin1.bias", out)).isNotEmpty();
    assertThat(text.toString(StandardCharsets.UTF_8).lines())
        .hasSize(18)
        .contains("voxel2clip.lin1.weight FLOAT32 (12, 8)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ai.djl.engine.Engine", "com.sun.jna.Native", "org.mindeye.core.nn.Network"})
  void should_have_no_engine_at_hand(String type) {
    assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
  }
}
