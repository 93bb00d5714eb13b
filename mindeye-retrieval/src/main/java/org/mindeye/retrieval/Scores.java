// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Scores where libtorch wrote them, for as long as their array lives; one of the two is there. */
record Scores(FloatBuffer single, ShortBuffer bfloat16) {
  /**
   * Makes them readable.
   *
   * @param scores float32, copied if they are on another device; or bfloat16, on the CPU, since
   *     other devices sum in float32
   */
  static Scores of(NDArray scores) {
    if (scores.getDataType() == DataType.FLOAT32) {
      return new Scores(bytes(scores.toDevice(Device.cpu(), false)).asFloatBuffer(), null);
    }
    return new Scores(null, bytes(scores).asShortBuffer());
  }

  private static ByteBuffer bytes(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
  }

  float get(int index) {
    return single != null
        ? single.get(index)
        : Float.intBitsToFloat(bfloat16.get(index) << Short.SIZE);
  }
}
