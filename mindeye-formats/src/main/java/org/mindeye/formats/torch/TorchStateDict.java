// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mindeye.formats.internal.Lookup;
import org.mindeye.formats.internal.StridedElements;
import org.mindeye.formats.internal.StridedLayout;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.ReadFailure;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/** Tensors of a checkpoint by name. */
final class TorchStateDict implements TensorFile {
  private final TorchCheckpoint checkpoint;
  private final FileChannel channel;

  /** Tensors, arrays, and what could not be read in their place. */
  private final Map<String, CheckpointNode> tensors;

  TorchStateDict(
      TorchCheckpoint checkpoint, FileChannel channel, Map<String, CheckpointNode> tensors) {
    this.checkpoint = checkpoint;
    this.channel = channel;
    this.tensors = tensors;
  }

  /** What a dictionary holds itself; what could not be read keeps its name. */
  static Map<String, CheckpointNode> entries(CheckpointNode.Mapping dictionary) {
    Map<String, CheckpointNode> tensors = new LinkedHashMap<>();
    dictionary
        .entries()
        .forEach(
            (key, value) -> {
              if (key instanceof CheckpointNode.Text name
                  && (value instanceof CheckpointNode.Tensor
                      || value instanceof CheckpointNode.Opaque)) {
                tensors.put(name.value(), value);
              }
            });
    return tensors;
  }

  /** What stands at any of some places; a value that has no place of its own gets a name. */
  static Map<String, CheckpointNode> readable(
      String source, List<CheckpointPlace> places, String nameless) {
    Map<String, CheckpointNode> tensors = new LinkedHashMap<>();
    for (CheckpointPlace place : places) {
      String name = place.name().isEmpty() ? nameless : place.name();
      boolean tensor =
          place.value() instanceof CheckpointNode.Tensor
              || place.value() instanceof CheckpointNode.Array;
      if (tensor && tensors.putIfAbsent(name, place.value()) != null) {
        throw new MalformedFileException(
            source, "one tensor at '" + name + "'", "two, whose keys look the same");
      }
    }
    return tensors;
  }

  @Override
  public String source() {
    return checkpoint.source();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    CheckpointNode found = Lookup.require(source(), tensors, name);
    if (found instanceof CheckpointNode.Tensor tensor) {
      return new TensorInfo(name, tensor.type(), tensor.shape());
    }
    if (found instanceof CheckpointNode.Array array) {
      return new TensorInfo(name, array.array().type(), array.array().tensorShape());
    }
    throw new MalformedFileException(
        source() + ": tensor '" + name + "'",
        "a tensor that can be read without running the file's code",
        found.toString());
  }

  @Override
  public void close() {
    checkpoint.close();
  }

  @Override
  public TensorElements elements(String name) {
    info(name); // refuses what cannot be read
    CheckpointNode found = tensors.get(name);
    if (found instanceof CheckpointNode.Array array) {
      ByteBuffer content = array.array().bytes();
      return (firstByte, into) ->
          into.put(
              content
                  .duplicate()
                  .position((int) firstByte)
                  .limit((int) firstByte + into.remaining()));
    }
    StridedLayout layout = ((CheckpointNode.Tensor) found).layout();
    if (layout.isContiguous() || layout.span() == 0) {
      return TensorElements.in(channel, layout.position());
    }
    try {
      return new StridedElements(channel, layout);
    } catch (IOException e) {
      throw ReadFailure.of(source(), "tensor '" + name + "'", e);
    }
  }
}
