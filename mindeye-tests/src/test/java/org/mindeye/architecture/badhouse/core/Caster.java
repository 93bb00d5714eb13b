// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Hands whatever type it meets to the engine. */
public final class Caster {
  private final DataType type;

  public Caster(DataType type) {
    this.type = type;
  }

  public static NDArray weights(NDArray logits) {
    return logits.softmax(-1);
  }

  public static NDArray like(NDArray x, NDArray y) {
    return x.toType(y.getDataType(), false);
  }

  public static NDArray named(NDArray x) {
    return x.toType(DataType.BFLOAT16, false);
  }

  public static NDArray given(NDManager owner, Shape shape, DataType type) {
    return owner.zeros(shape, type);
  }

  public NDArray kept(NDManager owner, Shape shape) {
    return owner.ones(shape, type);
  }
}
