// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/** DJL's PyTorch engine on the CPU, started offline. */
public final class TestEngine {
  static {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  private TestEngine() {}

  /**
   * Opens a root manager.
   *
   * @return an owner of native memory on the CPU, to be closed by the caller
   */
  public static NDManager newManager() {
    return Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
  }

  /** Copies into native memory: the engine would only wrap the heap buffer. */
  static NDArray copy(NDManager owner, float[] values, Shape shape) {
    try (NDArray wrapped = owner.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32)) {
      return wrapped.duplicate();
    }
  }

  /** Reads a float32 or float64 tensor, widening exactly. */
  static double[] doubles(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT64 -> array.toDoubleArray();
      case FLOAT32 -> widen(array.toFloatArray());
      default ->
          throw new IllegalArgumentException(
              "expected a float32 or float64 tensor but the type is " + array.getDataType());
    };
  }

  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
