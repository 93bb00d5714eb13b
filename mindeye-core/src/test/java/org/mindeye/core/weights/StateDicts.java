// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.TensorInfo;

/** A dictionary of names and shapes only: for tests of what is decided before anything is read. */
public final class StateDicts {
  private StateDicts() {}

  /** Float32 tensors of these shapes; reading one fails. */
  public static StateDict shapes(Map<String, Shape> shapes) {
    return new ShapesOnly(new LinkedHashMap<>(shapes));
  }

  private record ShapesOnly(Map<String, Shape> shapes) implements StateDict {
    @Override
    public String source() {
      return "shapes";
    }

    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public TensorInfo info(String name) {
      return new TensorInfo(name, ElementType.FLOAT32, TensorTypes.shape(shapes.get(name)));
    }

    @Override
    public NDArray load(String name, NDManager owner) {
      throw new AssertionError("read " + name);
    }

    @Override
    public void copyInto(String name, NDArray target) {
      throw new AssertionError("read " + name);
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
