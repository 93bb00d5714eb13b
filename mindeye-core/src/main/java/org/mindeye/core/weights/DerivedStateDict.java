// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * Tensors of another dictionary under other names, some of them cut, transposed or computed: the
 * same weights as another implementation lays them out. Nothing is read before it is asked for; a
 * tensor that does not stay as it is is then read whole.
 */
public final class DerivedStateDict implements StateDict {
  private final StateDict origin;
  private final Map<String, Part> parts;

  /** What becomes of a tensor; no view means that it stays as it is. */
  private record Part(String original, TensorShape shape, UnaryOperator<NDArray> view) {}

  private DerivedStateDict(StateDict origin, Map<String, Part> parts) {
    this.origin = origin;
    this.parts = parts;
  }

  /** The tensors that pass a test, renamed. */
  static StateDict of(StateDict origin, UnaryOperator<String> rename, Predicate<String> keep) {
    Builder builder = from(origin);
    origin.names().stream().filter(keep).forEach(name -> builder.add(rename.apply(name), name));
    return builder.build();
  }

  /**
   * Starts from nothing; tensors that are not added are left out.
   *
   * @param origin where the tensors are read; closed with the result
   * @return the builder
   */
  public static Builder from(StateDict origin) {
    return new Builder(origin);
  }

  /** Collects tensors, in the order in which they are added. */
  public static final class Builder {
    private final StateDict origin;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private Builder(StateDict origin) {
      this.origin = origin;
    }

    /**
     * A tensor as it is.
     *
     * @param name its new name
     * @param original its name in the origin
     * @return this builder
     * @throws IllegalArgumentException if there is no such tensor
     * @throws MalformedFileException if the new name is taken
     */
    public Builder add(String name, String original) {
      return put(name, new Part(original, origin.info(original).shape(), null));
    }

    /**
     * Some rows of a tensor: a range of its first axis.
     *
     * @param name their new name
     * @param original the tensor's name in the origin
     * @param begin the first row
     * @param end behind the last row
     * @return this builder
     * @throws IllegalArgumentException if there is no such tensor
     * @throws MalformedFileException if the tensor has no such rows, or the new name is taken
     */
    public Builder addRows(String name, String original, long begin, long end) {
      TensorShape whole = origin.info(original).shape();
      if (whole.dimension() == 0 || begin < 0 || begin > end || end > whole.get(0)) {
        throw malformed(original, "rows " + begin + " to " + end, whole);
      }
      long[] axes = whole.axes();
      axes[0] = end - begin;
      NDIndex rows = new NDIndex(begin + ":" + end);
      return put(name, new Part(original, new TensorShape(axes), array -> array.get(rows)));
    }

    /**
     * A matrix, transposed.
     *
     * @param name its new name
     * @param original its name in the origin
     * @return this builder
     * @throws IllegalArgumentException if there is no such tensor
     * @throws MalformedFileException if the tensor is not a matrix, or the new name is taken
     */
    public Builder addTransposed(String name, String original) {
      TensorShape whole = origin.info(original).shape();
      if (whole.dimension() != 2) {
        throw malformed(original, "a matrix", whole);
      }
      TensorShape turned = new TensorShape(whole.get(1), whole.get(0));
      return put(name, new Part(original, turned, NDArray::transpose));
    }

    /**
     * The same elements with other axes.
     *
     * @param name its new name
     * @param original its name in the origin
     * @param shape the new axes
     * @return this builder
     * @throws IllegalArgumentException if there is no such tensor
     * @throws MalformedFileException if the tensor has another number of elements, or the new name
     *     is taken
     */
    public Builder addReshaped(String name, String original, TensorShape shape) {
      TensorShape whole = origin.info(original).shape();
      if (whole.size() != shape.size()) {
        throw malformed(original, "elements for the shape " + shape, whole);
      }
      Shape axes = TensorTypes.shape(shape);
      return put(name, new Part(original, shape, array -> array.reshape(axes)));
    }

    /**
     * A tensor computed from one of the same shape, as a factor of its rows makes it.
     *
     * @param name its new name
     * @param original the tensor's name in the origin
     * @param computation of the original, float32 if it is floating, to a tensor of the same shape
     *     and type; runs each time the tensor is read, in a scope that frees what it makes
     * @return this builder
     * @throws IllegalArgumentException if there is no such tensor
     * @throws MalformedFileException if the new name is taken
     */
    public Builder addComputed(String name, String original, UnaryOperator<NDArray> computation) {
      TensorShape shape = origin.info(original).shape();
      return put(name, new Part(original, shape, Objects.requireNonNull(computation)));
    }

    /**
     * Ends building.
     *
     * @return the dictionary
     */
    public StateDict build() {
      return new DerivedStateDict(origin, Collections.unmodifiableMap(new LinkedHashMap<>(parts)));
    }

    private Builder put(String name, Part part) {
      Part other = parts.putIfAbsent(name, part);
      if (other != null) {
        throw new MalformedFileException(
            origin.source(),
            "one tensor that is called '" + name + "' here",
            "two, '" + other.original() + "' and '" + part.original() + "'");
      }
      return this;
    }

    private MalformedFileException malformed(String tensor, String expected, TensorShape found) {
      return new MalformedFileException(
          origin.source() + ": tensor '" + tensor + "'", expected, "shape " + found);
    }
  }

  @Override
  public String source() {
    return origin.source();
  }

  @Override
  public Set<String> names() {
    return parts.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    Part part = part(name);
    return new TensorInfo(name, origin.info(part.original()).type(), part.shape());
  }

  @Override
  public NDArray load(String name, NDManager owner) {
    Part part = part(name);
    if (part.view() == null) {
      return origin.load(part.original(), owner);
    }
    try (CallScope scope = CallScope.open(Alive.require("owner", owner).getDevice())) {
      NDArray target = TensorTypes.empty(info(name), scope.manager());
      copyInto(name, target);
      return scope.keep(target, owner);
    }
  }

  @Override
  public void copyInto(String name, NDArray target) {
    Part part = part(name);
    if (part.view() == null) {
      origin.copyInto(part.original(), target);
      return;
    }
    TensorTransfer.check(source(), info(name), Alive.require("target", target));
    try (CallScope scope = CallScope.open(target.getDevice())) {
      NDArray view = part.view().apply(origin.load(part.original(), scope.manager()));
      TensorTransfer.store(source(), info(name), view, target);
    }
  }

  @Override
  public void forEachRows(String name, RowReader reader, Device device) {
    Part part = part(name);
    if (part.view() == null) {
      origin.forEachRows(part.original(), reader, device);
    } else {
      StateDict.super.forEachRows(name, reader, device);
    }
  }

  @Override
  public Map<String, String> metadata() {
    return origin.metadata();
  }

  @Override
  public void close() {
    origin.close();
  }

  private Part part(String name) {
    Part found = parts.get(name);
    if (found == null) {
      throw new IllegalArgumentException(source() + ": no tensor is called '" + name + "'");
    }
    return found;
  }
}
