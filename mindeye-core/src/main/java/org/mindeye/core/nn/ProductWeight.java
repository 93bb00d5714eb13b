// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.Conversion;
import org.mindeye.core.internal.kernel.QuantizedLinear;

/**
 * A parameter that a layer multiplies by (or adds to a product), in the format in which its network
 * computes: see {@link Network#storeIn} and {@link Network#computeIn}. Layers ask for {@link
 * #array} each time they are applied.
 */
public final class ProductWeight {
  private final Parameter parameter;
  private final Declaration declaration;
  private volatile DataType type;
  private volatile NDArray working;
  private volatile NDArray scales;

  ProductWeight(Parameter parameter, Declaration declaration) {
    this.parameter = parameter;
    this.declaration = declaration;
    type = declaration.type();
  }

  /**
   * What to compute with.
   *
   * @return of the parameter's shape and of {@link #type}, rows of integers perhaps with zeros
   *     behind them; owned by the network
   */
  public NDArray array() {
    NDArray copy = working;
    return copy == null ? parameter.getArray() : copy;
  }

  /**
   * The type of what {@link #array} returns.
   *
   * @return float32 or as declared; bfloat16; int8, which is to be multiplied by {@link #scales}
   */
  public DataType type() {
    return type;
  }

  /**
   * What 8-bit integers count in.
   *
   * @return {@code [out]}, bfloat16, owned by the network; null for other types
   */
  public NDArray scales() {
    return scales;
  }

  Parameter parameter() {
    return parameter;
  }

  void storeIn(Precision precision) {
    type = declaration.storedIn(precision);
  }

  /** Makes a copy of a float32 parameter to compute with; gradients flow back through it. */
  void convert() {
    NDArray before = working;
    try (GradMode on = GradMode.on()) {
      NDArray copy = Conversion.to(parameter.getArray(), DataType.BFLOAT16);
      NDScope.unregister(copy); // a scope that is open in this thread must not free it
      working = copy;
    }
    type = DataType.BFLOAT16;
    if (before != null) {
      before.close();
    }
  }

  /** Computes with the float32 parameter itself again. */
  void useParameter() {
    NDArray before = working;
    working = null;
    type = declaration.type();
    if (before != null) {
      before.close();
    }
  }

  /**
   * Replaces some rows of a weight of 8-bit integers.
   *
   * @param first the number of the first row, from 0
   * @param values float32 {@code [rows, in]}
   */
  public void readRows(long first, NDArray values) {
    readRows(parameter.getArray(), first, values);
  }

  /** The same for a matrix that has not become the parameter's. */
  void readRows(NDArray matrix, long first, NDArray values) {
    NDIndex rows = new NDIndex("{}:{}", first, first + values.getShape().get(0));
    try (NDArray target = matrix.get(rows);
        NDArray scale = scales.get(rows)) {
      QuantizedLinear.quantize(target, scale, values);
    }
  }

  /**
   * Room for 8-bit integers and their scales. The kernel reads rows in steps, so they end with
   * zeros where the layer is not as wide; the parameter is the part without these.
   *
   * @param owner of the network's weights
   * @return int8 {@code [out, in]}
   */
  NDArray emptyIntegers(NDManager owner) {
    Shape shape = parameter.getShape();
    scales = DataTypes.empty(owner, new Shape(shape.get(0)), DataType.BFLOAT16);
    NDScope.unregister(scales); // a scope that is open in this thread must not free it
    long in = shape.get(1);
    long width = QuantizedLinear.paddedWidth(in);
    NDArray whole = owner.zeros(new Shape(shape.get(0), width), DataType.INT8);
    if (width == in) {
      return whole;
    }
    NDScope.unregister(whole);
    working = whole;
    return whole.get(new NDIndex(":, :{}", in));
  }
}
