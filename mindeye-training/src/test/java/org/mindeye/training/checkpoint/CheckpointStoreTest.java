// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.LeakCheck;

class CheckpointStoreTest {
  @TempDir Path root;

  private Path folder;

  @BeforeEach
  void name() {
    folder = root.resolve("run/checkpoints");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void should_give_back_what_was_written_bit_for_bit() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      assertThat(store.newest()).isEmpty();
      assertThat(store.steps()).isEmpty();
      Checkpoint written = Contents.write(store, 1234);
      assertThat(written.folder()).isEqualTo(folder.resolve("step-000001234"));
      Contents.assertHeld(written);
      Contents.write(store, 0);
      Contents.write(store, 12_345_678_901L);
      assertThat(store.steps()).containsExactly(0L, 1234L, 12_345_678_901L);
      Contents.assertHeld(store.at(1234));
      assertThat(store.newest().orElseThrow().step()).isEqualTo(12_345_678_901L);
    }
    assertThat(names()).containsExactly("step-000000000", "step-000001234", "step-12345678901");
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Contents.assertHeld(store.newest().orElseThrow());
    }
    Contents.assertHeld(Checkpoint.open(folder.resolve("step-000000000")));
  }

  @Test
  void should_say_what_a_checkpoint_has() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Checkpoint checkpoint = Contents.write(store, 5);
      assertThat(checkpoint.has("model")).isTrue();
      assertThat(checkpoint.has("state.json")).isTrue();
      assertThat(checkpoint.has("average")).isFalse();
      assertThat(checkpoint.has("state")).isFalse();
      assertThat(checkpoint.has("model.safetensors")).isFalse();
      assertThat(checkpoint.has("manifest.json")).isFalse();
      assertThat(checkpoint).hasToString("step 5 (" + checkpoint.folder() + ")");
      for (String absent : new String[] {"average", "state.json", "model.safetensors"}) {
        assertThatThrownBy(() -> checkpoint.tensors(absent))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "%s: this checkpoint has no '%s'; it has empty, model, optimizer, state.json",
                checkpoint.folder(), absent);
      }
      for (String absent : new String[] {"record.json", "model", "model.safetensors"}) {
        assertThatThrownBy(() -> checkpoint.document(absent))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("has no '" + absent + "'; it has ");
      }
    }
  }

  @Test
  void should_replace_a_checkpoint_of_the_same_step() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Contents.write(store, 5);
      store.write(5, Map.of(), Map.of(), Map.of("state.json", new byte[] {1}));
      assertThat(store.at(5).document("state.json")).containsExactly(1);
      assertThat(store.at(5).has("model")).isFalse();
      assertThat(names()).containsExactly("step-000000005");
    }
  }

  @Test
  void should_keep_the_newest_and_the_marked() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      for (long step = 1; step <= 8; step++) {
        Contents.write(store, step);
      }
      store.mark("best", 3);
      store.mark("first", 1);
      store.mark("last", 8);
      store.keep(20, "best");
      assertThat(store.steps()).hasSize(8);
      store.keep(2, "best", "last", "never-given");
      assertThat(store.steps()).containsExactly(3L, 7L, 8L);
      assertThat(store.marked("first")).as("not asked for").hasValue(1);
      store.mark("best", 8);
      store.keep(1, "best");
      assertThat(names()).containsExactly("best", "first", "last", "step-000000008");
      Contents.assertHeld(store.at(8));
    }
  }

  @Test
  void should_neither_count_nor_delete_what_is_ahead_of_the_writer() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      for (long step : new long[] {1, 2, 3, 8, 9}) {
        Contents.write(store, step);
      }
      store.keepUpTo(3, 1, "best");
      assertThat(store.steps()).containsExactly(3L, 8L, 9L);
      assertThat(CheckpointStore.holdsCheckpoints(folder)).isTrue();
      assertThat(CheckpointStore.holdsCheckpoints(folder.resolve("absent"))).isFalse();
    }
  }

  @Test
  void should_not_count_what_is_visibly_damaged() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      for (long step = 1; step <= 4; step++) {
        Contents.write(store, step);
      }
      Files.delete(folder.resolve("step-000000004/state.json"));
      Files.createDirectory(folder.resolve("step-000000002x"));
      Files.delete(folder.resolve("step-000000001/manifest.json"));
      String log = Logged.during(() -> store.keep(1));
      assertThat(log).contains("a checkpoint does not count", "step-000000004/state.json");
      assertThat(store.steps()).containsExactly(3L, 4L);
      assertThat(names()).contains("step-000000001", "step-000000002x");
      assertThatThrownBy(() -> store.keep(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("at least one checkpoint has to be kept, but 0 were requested");
    }
  }

  @Test
  void should_remember_marks() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Contents.write(store, 7);
      Contents.write(store, 9);
      assertThat(store.marked("best")).isEmpty();
      store.mark("best", 7);
      assertThat(folder.resolve("best")).hasContent("7\n");
      store.mark("best", 9);
      assertThat(store.marked("best")).isEqualTo(OptionalLong.of(9));
      assertThatThrownBy(() -> store.mark("best", 8))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(folder + ": there is no checkpoint of step 8; there are [7, 9]");
      assertThatThrownBy(() -> store.at(8)).hasMessageEndingWith("of step 8; there are [7, 9]");
      assertThat(store.marked("best")).hasValue(9);
      assertThat(names()).containsExactly("best", "step-000000007", "step-000000009");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "-9\n", "nine\n", "9\n9\n", "1234567890123456789\n"})
  void should_refuse_a_damaged_mark(String content) throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Contents.write(store, 7);
      Contents.write(store, 9);
      Files.writeString(folder.resolve("best"), content);
      assertThatThrownBy(() -> store.marked("best"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              "%s: expected a step but found '%s'; write the step of a checkpoint into it, or"
                  + " delete it",
              folder.resolve("best"), content.strip());
      assertThatThrownBy(() -> store.keep(1, "best")).isInstanceOf(MalformedFileException.class);
      assertThat(store.steps()).containsExactly(7L, 9L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Best", "a/b", "..", "best.tmp", "step-000000001", ".lock"})
  void should_refuse_names_that_no_mark_has(String name) throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Contents.write(store, 7);
      assertThatThrownBy(() -> store.mark(name, 7))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a mark is called by lower-case letters, digits, '-' and '_', like best, but not '%s'",
              name);
    }
  }

  @Test
  void should_refuse_names_types_and_steps_it_cannot_hold() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder);
        NDManager owner = Torch.newManager(Device.cpu())) {
      for (String name : new String[] {"", "Model", "a/b", "..", "model.safetensors", "größe"}) {
        assertThatThrownBy(() -> store.write(1, Map.of(name, Map.of()), Map.of(), Map.of()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "tensors are called by lower-case letters, digits, '-' and '_', like model, but"
                    + " not '%s'",
                name);
      }
      for (String name :
          new String[] {"", "state", "a/b.json", "..", ".lock", "manifest.json", "a.safetensors"}) {
        assertThatThrownBy(() -> store.write(1, Map.of(), Map.of(), Map.of(name, new byte[0])))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "documents are called by lower-case letters, digits, '-', '_' and an ending, like"
                    + " state.json, but not '%s'",
                name);
      }
      for (DataType type : new DataType[] {DataType.FLOAT64, DataType.INT8}) {
        NDArray array = owner.arange(3).toType(type, true);
        assertThatThrownBy(
                () -> store.write(1, Map.of("model", Map.of("w", array)), Map.of(), Map.of()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("model: tensor 'w' is " + type + ", which does not come back bit")
            .hasMessageContaining("convert it to one of [float32");
      }
      assertThatThrownBy(
              () -> store.write(1, Map.of(), Map.of("model", Map.of("a", "b")), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("metadata for 'model', but the tensors are []");
      assertThatThrownBy(() -> store.write(-1, Map.of(), Map.of(), Map.of()))
          .hasMessage("a step is 0 or more but this one is -1");
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void should_hold_tensors_of_16_bits() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder);
        NDManager owner = Torch.newManager(Device.cpu())) {
      for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
        NDArray array = DataTypes.convert(owner.arange(3f).add(0.1f), type);
        Checkpoint written =
            store.write(1, Map.of("model", Map.of("w", array)), Map.of(), Map.of());
        try (StateDict model = written.tensors("model")) {
          assertThat(model.info("w").type()).isEqualTo(ElementType.valueOf(type.name()));
          assertThat(model.load("w", owner).toFloatArray())
              .isEqualTo(DataTypes.convert(array, DataType.FLOAT32).toFloatArray());
        }
      }
    }
  }

  @Test
  void should_refuse_to_work_when_closed() throws IOException {
    CheckpointStore store = CheckpointStore.open(folder);
    store.close();
    store.close();
    assertThatThrownBy(store::steps)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(folder + ": this store is closed; open it again with CheckpointStore.open");
    assertThatThrownBy(() -> store.write(1, Map.of(), Map.of(), Map.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(store::newest).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.at(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.mark("best", 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.marked("best")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.keep(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager owner = Torch.newManager(Device.cpu())) {
              Map<String, NDArray> tensors = Map.of("w", owner.arange(6f).reshape(2, 3));
              Checkpoint written = store.write(3, Map.of("model", tensors), Map.of(), Map.of());
              try (StateDict model = written.tensors("model")) {
                model.load("w", owner);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
