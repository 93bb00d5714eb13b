package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tensors of a checkpoint by name. */
final class TorchStateDict implements StateDict {
  private final TorchCheckpoint checkpoint;
  private final FileChannel channel;
  private final TensorTransfer transfer;

  /** Tensors, arrays, and what could not be read in their place. */
  private final Map<String, CheckpointNode> tensors;

  TorchStateDict(
      TorchCheckpoint checkpoint,
      FileChannel channel,
      TensorTransfer transfer,
      Map<String, CheckpointNode> tensors) {
    this.checkpoint = checkpoint;
    this.channel = channel;
    this.transfer = transfer;
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
    CheckpointNode found = TensorTransfer.require(source(), tensors, name);
    if (found instanceof CheckpointNode.Tensor tensor) {
      return new TensorInfo(name, tensor.type(), tensor.shape());
    }
    if (found instanceof CheckpointNode.Array array) {
      return new TensorInfo(name, array.array().type(), new Shape(array.array().shape()));
    }
    throw new MalformedFileException(
        source() + ": tensor '" + name + "'",
        "a tensor that can be read without running the file's code",
        found.toString());
  }

  @Override
  public NDArray load(String name, NDManager owner) {
    return transfer.load(info(name), elements(name), owner);
  }

  @Override
  public void copyInto(String name, NDArray target) {
    transfer.copyInto(info(name), elements(name), target);
  }

  @Override
  public void close() {
    checkpoint.close();
  }

  private TensorTransfer.Elements elements(String name) {
    CheckpointNode found = tensors.get(name);
    if (found instanceof CheckpointNode.Array array) {
      byte[] content = array.array().content();
      return (firstByte, into) -> into.put(content, (int) firstByte, into.remaining());
    }
    TorchTensor layout = ((CheckpointNode.Tensor) found).layout();
    if (layout.isContiguous() || layout.span() == 0) {
      return TensorTransfer.Elements.in(channel, layout.position());
    }
    try {
      return new StridedElements(channel, layout);
    } catch (IOException e) {
      throw TensorTransfer.failure(source(), "tensor '" + name + "'", e);
    }
  }
}
