package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Some tensors of another dictionary, under other names. */
final class StateDictView implements StateDict {
  private final StateDict origin;

  /** Names here to names there, in the order of the file. */
  private final Map<String, String> originals;

  private StateDictView(StateDict origin, Map<String, String> originals) {
    this.origin = origin;
    this.originals = originals;
  }

  static StateDict of(StateDict origin, UnaryOperator<String> rename, Predicate<String> keep) {
    Map<String, String> originals = new LinkedHashMap<>();
    for (String original : origin.names()) {
      if (keep.test(original)) {
        String name = rename.apply(original);
        String other = originals.putIfAbsent(name, original);
        if (other != null) {
          throw new MalformedFileException(
              origin.source(),
              "one tensor that is called '" + name + "' here",
              "two, '" + other + "' and '" + original + "'");
        }
      }
    }
    return new StateDictView(origin, Collections.unmodifiableMap(originals));
  }

  @Override
  public String source() {
    return origin.source();
  }

  @Override
  public Set<String> names() {
    return originals.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = origin.info(original(name));
    return new TensorInfo(name, info.type(), info.shape());
  }

  @Override
  public NDArray load(String name, NDManager owner) {
    return origin.load(original(name), owner);
  }

  @Override
  public void copyInto(String name, NDArray target) {
    origin.copyInto(original(name), target);
  }

  @Override
  public Map<String, String> metadata() {
    return origin.metadata();
  }

  @Override
  public void close() {
    origin.close();
  }

  private String original(String name) {
    return TensorTransfer.require(source(), originals, name);
  }
}
