package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Set;

/** The arrays of a NumPy archive, in the heap. */
final class NpzStateDict implements StateDict {
  private final String source;
  private final Map<String, NpyArray> arrays;
  private final TensorTransfer transfer;

  NpzStateDict(String source, Map<String, NpyArray> arrays) {
    this.source = source;
    this.arrays = arrays;
    transfer = new TensorTransfer(source);
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Set<String> names() {
    return arrays.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    NpyArray array = array(name);
    return new TensorInfo(name, array.type(), new Shape(array.shape()));
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
    // Nothing is open.
  }

  private NpyArray array(String name) {
    return TensorTransfer.require(source, arrays, name);
  }

  private TensorTransfer.Elements elements(String name) {
    byte[] content = array(name).content();
    return (firstByte, into) -> into.put(content, (int) firstByte, into.remaining());
  }
}
