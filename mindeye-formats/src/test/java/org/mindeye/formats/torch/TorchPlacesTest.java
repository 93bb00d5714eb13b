// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.torch.TorchFixtures.Expected;

/** Tensors that have no names of their own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TorchPlacesTest {
  @TempDir private Path folder;

  private TorchCheckpoint open(String pickle) throws IOException {
    return TorchCheckpoint.open(Files.write(folder.resolve("a.pth"), TorchFiles.zip(pickle)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensor", "tensor_legacy", "parameter", "list", "tuple"})
  void should_open_files_without_names_as_weights(String name) throws IOException {
    List<Expected> expected = TorchFixtures.expected(name.replace("_legacy", ""));
    try (TensorFile weights = TensorFiles.open(TorchFixtures.file(name + ".pth"))) {
      assertThat(weights.names()).hasSameSizeAs(expected).isNotEmpty();
      for (Expected tensor : expected) {
        String place = tensor.name().isEmpty() ? "tensor" : tensor.name();
        tensor.assertEqualTo(weights, place);
      }
    }
  }

  @Test
  void should_find_tensors_at_any_depth() throws IOException {
    List<Expected> expected = TorchFixtures.expected("nested");
    assertThat(expected).hasSize(7);
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(TorchFixtures.file("nested.pth"))) {
      TensorFile all = checkpoint.tensors();
      // A list that stands at two places is taken at the first.
      assertThat(all.names())
          .containsExactly(
              "images/0", "images/1/0", "images/1/1/deep", "ids/7", "ids/(0, b)", "one/0");
      for (Expected tensor : expected.subList(0, 6)) {
        String place = String.join("/", tensor.path());
        tensor.assertEqualTo(all, place);
      }
      assertThat(checkpoint.tensors("images").names()).containsExactly("0", "1/0", "1/1/deep");
      assertThat(checkpoint.tensors("images", "1", "1", "deep").names()).containsExactly("deep");
      assertThat(checkpoint.places())
          .filteredOn(place -> !(place.value() instanceof CheckpointNode.Tensor))
          .extracting(place -> place.name() + " " + place.value() + " " + place.again())
          .containsExactly(
              "again sequence of 1 true",
              "epoch Whole[value=3] false",
              "words sequence of 2 false");
    }
  }

  @Test
  void should_read_arrays_of_numpy_beside_tensors() throws IOException {
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(TorchFixtures.file("plain.pth"))) {
      TensorFile arrays = checkpoint.tensors();
      assertThat(arrays.names()).containsExactly("array", "fortran", "big");
      assertThat(arrays.array("array").toLongs()).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(arrays.floats("fortran")).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(arrays.array("big").toLongs()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void should_say_that_there_is_none_or_two() throws IOException {
    try (TorchCheckpoint checkpoint = open("}S'a'\nI1\nsS'b'\n(lI2\nas.")) {
      assertThatThrownBy(checkpoint::tensors)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "a.pth: expected a tensor but found none in a dictionary of 2: [text 'a', text 'b']");
      assertThatThrownBy(() -> checkpoint.tensors("b"))
          .hasMessageEndingWith(
              "expected a tensor at or below b but found none in a sequence of 1");
      assertThatThrownBy(() -> checkpoint.tensors("c", "d"))
          .hasMessageContaining("a tensor at or below c/d but found none in a dictionary of 2");
    }
    try (TorchCheckpoint checkpoint =
        open("}S'a/b'\n" + TorchFiles.tensor() + "sS'a'\n}S'b'\n" + TorchFiles.tensor() + "ss.")) {
      assertThatThrownBy(checkpoint::tensors)
          .hasMessageEndingWith("one tensor at 'a/b' but found two, whose keys look the same");
    }
    try (TorchCheckpoint checkpoint = open("N.")) {
      assertThatThrownBy(checkpoint::stateDict)
          .hasMessageContaining("expected a tensor but found none in a NONE");
    }
  }

  /** Names repeat the keys around them, lists may be shared: time and memory stay bounded. */
  @Test
  void should_bound_what_names_take() throws IOException {
    String deep = "]".repeat(200_000) + TorchFiles.tensor() + "a".repeat(200_000) + ".";
    try (TorchCheckpoint checkpoint = open(deep)) {
      assertThat(checkpoint.tensors().names())
          .singleElement()
          .asString()
          .startsWith("0/0/0/")
          .hasSize(2 * 200_000 - 1);
    }
    String everyLevel = "]}a".repeat(9_000) + "a".repeat(8_999) + ".";
    try (TorchCheckpoint checkpoint = open(everyLevel)) {
      assertThatThrownBy(checkpoint::places)
          .hasMessageEndingWith(
              "names of at most 67108864 letters in all but found long keys around many values, or"
                  + " values deep inside");
    }
    String longKey = "}X\u0000\u0000\u0010\u0000" + "k".repeat(1 << 20) + "}(";
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      entries.append('K').append((char) i).append('N');
    }
    try (TorchCheckpoint checkpoint = open(longKey + entries + "us.")) {
      assertThatThrownBy(checkpoint::places).hasMessageContaining("letters in all");
    }
    String shared =
        "(" + "I1\n".repeat(100_000) + "lq\u0000(" + "h\u0000".repeat(100_000) + "\u0085l.";
    try (TorchCheckpoint checkpoint = open(shared.replace("\u0085l.", "l\u0086."))) {
      assertThat(checkpoint.places()).hasSize(100_001);
    }
  }

  @Test
  void should_limit_what_tensors_take_together() throws IOException {
    Path file = TorchFixtures.file("expanded.pth");
    String message =
        "expanded.pth: expected tensors of at most 1,073,741,824 bytes, or 10 times the 80 bytes"
            + " that the file stores but found 20 tensors of 5,368,709,120 bytes, 67108864 times as"
            + " many, which repeat what is stored; if you trust the file, raise the limit"
            + " (ExpansionLimit.withTimes)";
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith(message);
    assertThatThrownBy(() -> TensorFiles.open(file)).hasMessageEndingWith(message);
    assertThatThrownBy(
            () -> TensorFiles.open(file, ExpansionLimit.DEFAULT.withTimes((1 << 26) - 1)))
        .hasMessageContaining("or 67108863 times");
    for (ExpansionLimit enough :
        List.of(
            ExpansionLimit.DEFAULT.withTimes(1 << 26),
            new ExpansionLimit(20L << 28, 1),
            ExpansionLimit.NONE)) {
      try (TensorFile weights = TensorFiles.open(file, enough)) {
        assertThat(weights.names()).hasSize(20);
      }
    }
  }

  /** One tensor under many names is as much as many tensors, for code that reads them all. */
  @Test
  void should_count_every_place_of_a_tensor() throws IOException {
    String tensor = TorchFiles.tensor(TorchFiles.storage(), "I0\n", "I4194304\n", "I0\n");
    String pickle = "(l" + tensor + "q\u0001a" + "h\u0001a".repeat(64) + ".";
    assertThatThrownBy(() -> open(pickle))
        .hasMessageContaining("found 65 tensors of 1,090,519,040 bytes");
    open(pickle.replaceFirst("h\u0001a", "")).close();
    String huge = TorchFiles.tensor(TorchFiles.storage(), "I0\n", "L" + (1L << 59) + "L\n", "I0\n");
    assertThatThrownBy(() -> open("(l" + (huge + "a").repeat(8) + "."))
        .hasMessageContaining("found 8 tensors of 9,223,372,036,854,775,807 bytes");
  }

  @Test
  void should_refuse_limits_that_are_none() {
    assertThatThrownBy(() -> new ExpansionLimit(-1, 1))
        .hasMessage("a limit is 0 or more bytes and 1 or more times but was -1 and 1");
    assertThatThrownBy(() -> ExpansionLimit.DEFAULT.withTimes(0))
        .hasMessageEndingWith("but was 1073741824 and 0");
  }

  @Test
  void should_not_give_what_torch_would_negate() throws IOException {
    try (TensorFile weights = TensorFiles.open(TorchFixtures.file("negated.pth"))) {
      assertThat(weights.info("plain").size()).isEqualTo(6);
      assertThatThrownBy(() -> weights.info("negated"))
          .hasMessageContaining("with the metadata neg that would change it");
    }
  }
}
