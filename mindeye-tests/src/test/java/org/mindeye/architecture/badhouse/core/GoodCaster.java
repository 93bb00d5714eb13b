// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Hands the engine types that it knows. */
public final class GoodCaster {
  private GoodCaster() {}

  public static NDArray wide(NDArray x) {
    return x.toType(DataType.FLOAT32, false);
  }

  public static NDArray none(NDManager owner, Shape shape) {
    return owner.zeros(shape, DataType.INT64).toType(DataType.FLOAT64, true);
  }

  public static boolean isWide(NDArray x) {
    return x.getDataType() == DataType.FLOAT32;
  }
}
