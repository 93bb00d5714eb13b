package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.mindeye.core.internal.pickle.Describe;

/** One dictionary of tensors in a checkpoint. */
final class TorchStateDict implements StateDict {
  private final TorchCheckpoint checkpoint;
  private final FileChannel channel;
  private final TensorTransfer transfer;

  /** Tensors, and what could not be read in their place. */
  private final Map<String, CheckpointNode> tensors = new LinkedHashMap<>();

  TorchStateDict(
      TorchCheckpoint checkpoint,
      FileChannel channel,
      TensorTransfer transfer,
      CheckpointNode.Mapping dictionary) {
    this.checkpoint = checkpoint;
    this.channel = channel;
    this.transfer = transfer;
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
    CheckpointNode.Tensor tensor = tensor(name);
    return new TensorInfo(name, tensor.type(), tensor.shape());
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
    TorchTensor layout = tensor(name).layout();
    if (layout.isContiguous() || layout.span() == 0) {
      return TensorTransfer.Elements.in(channel, layout.position());
    }
    try {
      return new StridedElements(channel, layout);
    } catch (IOException e) {
      throw new UncheckedIOException(source() + ": tensor '" + name + "'", e);
    }
  }

  private CheckpointNode.Tensor tensor(String name) {
    CheckpointNode found = TensorTransfer.require(source(), tensors, name);
    if (found instanceof CheckpointNode.Tensor tensor) {
      return tensor;
    }
    throw new MalformedFileException(
        source() + ": tensor '" + Describe.text(name) + "'",
        "a tensor that can be read without running the file's code",
        found.toString());
  }
}
