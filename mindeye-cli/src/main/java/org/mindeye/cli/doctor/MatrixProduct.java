// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;

/** A matrix product whose result is known exactly. */
final class MatrixProduct {
  private static final int SIZE = 64;

  private MatrixProduct() {}

  static Finding check() {
    float[] left = new float[SIZE * SIZE];
    float[] right = new float[SIZE * SIZE];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % 7 - 3;
      right[i] = i % 5 - 2;
    }
    String subject = "self-check";
    return Arrays.equals(product(left, right), expected(left, right))
        ? Finding.ok(subject, "a product of two matrices of small integers is exact")
        : Finding.wrong(
            subject,
            "a product of two matrices of small integers is wrong",
            "the native libraries do not suit this processor: clear the cache folder, or report");
  }

  private static float[] product(float[] left, float[] right) {
    Shape square = new Shape(SIZE, SIZE);
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray a = Torch.copy(scope.manager(), left, square);
      return a.matMul(Torch.copy(scope.manager(), right, square)).toFloatArray();
    }
  }

  private static float[] expected(float[] left, float[] right) {
    float[] product = new float[SIZE * SIZE];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < SIZE; k++) {
        product[i] += left[i / SIZE * SIZE + k] * right[k * SIZE + i % SIZE];
      }
    }
    return product;
  }
}
