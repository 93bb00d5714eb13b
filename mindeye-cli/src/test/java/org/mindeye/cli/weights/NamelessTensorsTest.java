// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;

/** Checkpoints that are no dictionary of weights. */
class NamelessTensorsTest {
  private static final Path FIXTURES = Path.of("../mindeye-formats/src/test/resources/torch");

  @TempDir private Path folder;

  private Path out() {
    return folder.resolve("out.safetensors");
  }

  @Test
  void should_list_and_convert_tensors_by_place() throws IOException {
    Map<String, List<String>> files =
        Map.of(
            "tensor", List.of("tensor"),
            "parameter", List.of("tensor"),
            "list", List.of("0", "1"),
            "tuple", List.of("0", "1"),
            "nested",
                List.of(
                    "images/0", "images/1/0", "images/1/1/deep", "ids/7", "ids/(0, b)", "one/0"));
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      Path in = FIXTURES.resolve(file.getKey() + ".pth");
      CommandRun inspected = CommandRun.of("inspect", in);
      CommandRun converted = CommandRun.of("convert", in, out(), "--force");
      assertThat(converted.err()).isEmpty();
      assertThat(converted.code()).isZero();
      try (StateDict written = WeightFiles.open(out());
          NDManager manager = Torch.newManager(Device.cpu())) {
        assertThat(written.names()).containsExactlyInAnyOrderElementsOf(file.getValue());
        assertThat(inspected.out()).contains(written.names());
        String first = file.getValue().get(0);
        assertThat(written.load(first, manager).toFloatArray()).startsWith(0, 1, 2);
      }
    }
  }

  @Test
  void should_convert_a_part_by_its_place() throws IOException {
    Path in = FIXTURES.resolve("nested.pth");
    CommandRun run = CommandRun.of("convert", in, out(), "--entry", "images/1");
    assertThat(run.out().lines())
        .containsExactly(
            out() + ": 2 tensors, 9 parameters",
            "left out: images (1 tensor, 0 other values)",
            "left out: ids (2 tensors, 0 other values)",
            "left out: one (1 tensor, 0 other values)",
            "left out: again (0 tensors, 1 other value)",
            "left out: epoch (0 tensors, 1 other value)",
            "left out: words (0 tensors, 1 other value)");
    try (StateDict written = WeightFiles.open(out())) {
      assertThat(written.names()).containsExactlyInAnyOrder("0", "1/deep");
    }
    CommandRun none = CommandRun.of("convert", in, out(), "--force", "--entry", "epoch");
    assertThat(none.err().lines())
        .singleElement()
        .asString()
        .endsWith("expected a tensor at or below epoch but found none in a Whole[value=3]");
  }

  @Test
  void should_refuse_tensors_that_repeat_what_is_stored_before_anything_is_written()
      throws IOException {
    Path in = FIXTURES.resolve("expanded.pth");
    CommandRun refused = CommandRun.of("convert", in, out());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.err())
        .contains("found 20 tensors of 5,368,709,120 bytes, 67108864 times as many")
        .contains("convert --max-expansion");
    CommandRun wrong = CommandRun.of("convert", in, out(), "--max-expansion", 0);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--max-expansion: expected 1 or more but was 0");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    CommandRun inspected = CommandRun.of("inspect", in);
    assertThat(inspected.out())
        .contains("20 tensors, 1,342,177,280 parameters, 5,368,709,120 bytes");
  }
}
