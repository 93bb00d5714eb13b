// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.internal.StridedElements;
import org.mindeye.formats.internal.StridedLayout;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.formats.torch.TorchFixtures.Expected;

class TorchCheckpointTest {
  private static TorchCheckpoint open(String name) throws IOException {
    return TorchCheckpoint.open(TorchFixtures.file(name + ".pth"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "types_legacy", "views", "views_legacy", "views_1_13", "module"})
  void should_read_every_tensor_of_a_bare_dictionary(String name) throws IOException {
    List<Expected> expected = TorchFixtures.expected(name.replace("_legacy", ""));
    try (TensorFile weights = open(name).stateDict()) {
      assertThat(weights.names())
          .containsExactlyElementsOf(expected.stream().map(Expected::name).toList())
          .hasSizeGreaterThan(5);
      for (Expected tensor : expected) {
        tensor.assertEqualTo(weights, tensor.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"training", "training_legacy", "training_1_13", "training_1_13_legacy"})
  void should_read_training_checkpoints_whole(String name) throws IOException {
    List<Expected> expected = TorchFixtures.expected(name.replace("_legacy", ""));
    assertThat(expected).hasSizeGreaterThan(60);
    try (TorchCheckpoint checkpoint = open(name)) {
      for (Expected tensor : expected) {
        String[] path = tensor.path();
        String[] inner = List.of(path).subList(1, path.length - 1).toArray(new String[0]);
        // Entries of the optimiser's state have numbers for keys: the last two go by name.
        assertThat(checkpoint.get(path)).isInstanceOf(CheckpointNode.Tensor.class);
        TensorFile part = checkpoint.stateDict(path[0], inner);
        tensor.assertEqualTo(part, tensor.name());
      }
      assertThat(checkpoint.stateDict().names())
          .hasSize(18)
          .startsWith("voxel2clip.lin0.0.weight", "voxel2clip.lin0.0.bias")
          .contains("voxel2clip.projector.2.weight");
      assertThat(checkpoint.get("epoch")).hasToString("Whole[value=1]");
      assertThat(checkpoint.get("val_losses", "1")).isEqualTo(new CheckpointNode.Real(0.5));
      assertThat(checkpoint.get("lr_scheduler", "total_steps")).hasToString("Whole[value=10]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"training_1_13", "training_1_13_legacy"})
  void should_leave_the_objects_of_the_schedule_alone(String name) throws IOException {
    try (TorchCheckpoint checkpoint = open(name)) {
      assertThat(checkpoint.opaque())
          .containsExactly(
              new OpaqueObject(
                  "__builtin__.getattr",
                  "made by a call that is not carried out",
                  2, // Python writes the call of a value that contains itself twice, and drops one.
                  "lr_scheduler/anneal_func"),
              new OpaqueObject(
                  "torch.optim.lr_scheduler.OneCycleLR",
                  "made by a call that is not carried out",
                  1,
                  "lr_scheduler/anneal_func/(arguments)/0"),
              new OpaqueObject(
                  "torch.optim.adamw.AdamW",
                  "made by a call that is not carried out",
                  1,
                  "lr_scheduler/anneal_func/(arguments)/0/(state)/optimizer"),
              new OpaqueObject(
                  "collections.defaultdict",
                  "made by a call that is not carried out",
                  1,
                  "lr_scheduler/anneal_func/(arguments)/0/(state)/optimizer/(state)/state"),
              new OpaqueObject(
                  "__builtin__.dict",
                  "a name that is not looked up",
                  1,
                  "lr_scheduler/anneal_func/(arguments)/0/(state)/optimizer/(state)/state"
                      + "/(arguments)/0"));
      assertThat(checkpoint.get("lr_scheduler", "anneal_func"))
          .hasToString("__builtin__.getattr, made by a call that is not carried out");
      assertThatThrownBy(() -> checkpoint.stateDict("lr_scheduler").info("anneal_func"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(name + ".pth: tensor 'anneal_func': expected a tensor that can be")
          .hasMessageEndingWith(
              "found __builtin__.getattr, made by a call that is not carried out");
    }
  }

  @Test
  void should_read_parameters() throws IOException {
    try (TorchCheckpoint checkpoint = open("parameters");
        TensorFile weights = checkpoint.stateDict()) {
      assertThat(weights.names()).containsExactly("a", "b", "c");
      for (Expected tensor : TorchFixtures.expected("parameters")) {
        tensor.assertEqualTo(weights, tensor.name());
      }
      assertThat(checkpoint.opaque()).isEmpty();
    }
  }

  @Test
  void should_keep_what_it_cannot_read_by_name() throws IOException {
    try (TorchCheckpoint checkpoint = open("foreign")) {
      TensorFile part = checkpoint.stateDict();
      assertThat(part.floats("ok")).containsExactly(1, 1, 1);
      assertThat(part.names())
          .containsExactly("ok", "complex", "custom", "sparse", "whole", "storage");
      for (String name : List.of("complex", "custom", "sparse", "whole", "storage")) {
        assertThatThrownBy(() -> part.array(name))
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining("foreign.pth: tensor '" + name + "': expected a tensor that can");
      }
      assertThat(checkpoint.opaque())
          .extracting(object -> object.path() + " = " + object.global())
          .contains(
              "complex = torch._utils._rebuild_tensor_v2",
              "custom = __main__.Custom",
              "sparse = torch._utils._rebuild_sparse_tensor",
              "whole = torch.nn.modules.linear.Linear",
              "storage = torch.storage.UntypedStorage");
      assertThat(checkpoint.get("complex"))
          .hasToString(
              "torch._utils._rebuild_tensor_v2, of a type that this library does not support:"
                  + " torch.ComplexFloatStorage");
    }
  }

  @Test
  void should_read_in_any_order_across_mapped_parts() throws IOException {
    Path views = TorchFixtures.file("views.pth");
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(views);
        FileChannel channel = FileChannel.open(views, StandardOpenOption.READ)) {
      for (Expected expected : TorchFixtures.expected("views")) {
        StridedLayout layout = ((CheckpointNode.Tensor) checkpoint.get(expected.path())).layout();
        ByteBuffer bytes =
            ByteBuffer.allocate((int) (expected.shape().size() * layout.type().bytes()));
        if (bytes.hasRemaining()) {
          new StridedElements(channel, layout, 16).read(0, bytes);
        }
        expected.assertEqualTo(
            expected.name(), HeapArray.of(layout.type(), expected.shape(), bytes.array()));
      }
    }
  }

  @Test
  void should_close_with_its_dictionaries_and_stay_readable() throws IOException {
    TorchCheckpoint checkpoint = open("training");
    TensorFile weights = checkpoint.stateDict();
    weights.close();
    checkpoint.close();
    assertThat(checkpoint.get("epoch")).hasToString("Whole[value=1]");
    assertThatThrownBy(() -> weights.array("voxel2clip.lin1.bias"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("training.pth is closed: read tensor 'voxel2clip.lin1.bias'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"training_1_13", "training_1_13_legacy", "plain_legacy_protocol_4"})
  void should_be_a_file_of_weights(String name) throws IOException {
    Path file = TorchFixtures.file(name + ".pth");
    if (name.startsWith("plain")) {
      assertThatThrownBy(() -> TensorFiles.open(file))
          .hasMessageContaining(
              "protocol_4.pth: expected one dictionary of tensors called model_s");
      return;
    }
    try (TensorFile weights = TensorFiles.open(file)) {
      assertThat(weights.info("voxel2clip.lin1.weight").shape()).isEqualTo(new TensorShape(12, 8));
      assertThat(weights.floats("voxel2clip.lin1.weight")).hasSize(96);
      assertThat(weights.names()).contains("voxel2clip.lin1.bias");
    }
  }

  @Test
  void should_say_which_entries_there_are() throws IOException {
    try (TorchCheckpoint checkpoint = open("training");
        TorchCheckpoint plain = open("plain")) {
      assertThat(checkpoint.find("model_state_dict", "nothing")).isEmpty();
      assertThat(checkpoint.find("epoch", "nothing")).isEmpty();
      assertThatThrownBy(() -> checkpoint.get("optimizer", "state"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "training.pth: expected an entry optimizer/state but found a dictionary of 7");
      assertThatThrownBy(() -> checkpoint.stateDict("epoch"))
          .hasMessageEndingWith("a dictionary of tensors at epoch but found a Whole[value=1]");
      assertThatThrownBy(() -> checkpoint.stateDict("weights"))
          .hasMessageContaining("a dictionary of tensors at weights but found none in a dictionary")
          .hasMessageContaining("text 'model_state_dict'");
      assertThatThrownBy(plain::stateDict)
          .hasMessageContaining("expected one dictionary of tensors called model_state_dict,");
      assertThatThrownBy(() -> checkpoint.stateDict().info("x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("training.pth: no tensor is called 'x'");
    }
  }

  @Test
  void should_refuse_programs_and_other_files(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> open("program"))
        .hasMessageEndingWith(
            "program.pth: expected a checkpoint but found " + FileKind.TORCH_SCRIPT);
    Path file = folder.resolve("x.pth");
    Files.writeString(file, "<html>Not found</html>");
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .hasMessageEndingWith("x.pth: expected a checkpoint of torch but found " + FileKind.HTML);
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .hasMessageContaining("expected a checkpoint of torch but found an empty file");
    Files.write(file, new byte[9]);
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .hasMessageEndingWith(
            "x.pth: expected a checkpoint of torch, a zip file or one that starts with torch's"
                + " magic number but found the bytes 00 00 00 00 00 00 00 00");
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Files.write(file, tar);
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .hasMessageContaining("expected a checkpoint of torch 0.2 or later but found the tar");
    assertThatThrownBy(() -> TorchCheckpoint.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("found a folder of x.pth: give a file in it");
  }
}
