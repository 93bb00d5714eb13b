// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class InnerProductsTest {
  @FreshManager private NDManager manager;

  private NDArray random(int rows, int width, long seed) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(rows, width));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0, 1",
    "5, 1, 3, 1, 4",
    "70, 33, 40, 7, 70",
    "300, 2, 768, 0, 300",
    "900, 1, 33, 5, 837"
  })
  void should_multiply_some_rows_with_all_others(int x, int y, int width, int first, int last) {
    NDArray left = random(x, width, 1);
    NDArray right = random(y, width, 2);
    float[] expected =
        left.get(new NDIndex(first + ":" + last)).matMul(right.transpose()).toFloatArray();
    TensorAssert.assertThat(InnerProducts.of(left, right, first, last))
        .isWithinRelativeL2(expected, 1e-6);
    TensorAssert.assertThat(InnerProducts.plain(left, right, first, last))
        .isWithinRelativeL2(expected, 1e-6);
    NDArray left16 = Conversion.to(left, DataType.BFLOAT16);
    NDArray right16 = Conversion.to(right, DataType.BFLOAT16);
    NDArray fast = InnerProducts.of(left16, right16, first, last);
    NDArray plain = InnerProducts.plain(left16, right16, first, last);
    TensorAssert.assertThat(Conversion.to(fast, DataType.FLOAT32))
        .isWithinRelativeL2(expected, 0.01);
    TensorAssert.assertThat(Conversion.to(plain, DataType.FLOAT32))
        .isWithinRelativeL2(Conversion.to(fast, DataType.FLOAT32).toFloatArray(), 0.004);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0, 1",
    "5, 3, 3, 1, 4",
    "1500, 1, 768, 3, 1499",
    "1500, 4, 768, 3, 1499",
    "3, 1, 600000, 0, 3",
  })
  void should_convert_rows_of_another_format(int x, int y, int width, int first, int last) {
    NDArray left = random(x, width, 4).toType(DataType.FLOAT16, true);
    NDArray right = random(y, width, 5);
    float[] expected =
        left.toType(DataType.FLOAT32, true)
            .get(new NDIndex(first + ":" + last))
            .matMul(right.transpose())
            .toFloatArray();
    for (DataType type : new DataType[] {DataType.FLOAT16, DataType.FLOAT64}) {
      NDArray stored = left.toType(type, true);
      NDArray products = InnerProducts.of(stored, right, first, last);
      assertThat(products.getShape()).isEqualTo(new Shape(last - first, y));
      TensorAssert.assertThat(products).isWithinRelativeL2(expected, 1e-6);
      TensorAssert.assertThat(InnerProducts.plain(stored, right, first, last))
          .isWithinRelativeL2(expected, 1e-6);
    }
  }

  @Test
  void should_find_the_largest_of_groups_and_of_all() {
    NDArray scores = manager.create(new float[] {1, 20, 5, -3, 4, 0, -7, 2, 9, 9}, new Shape(5, 2));
    assertThat(InnerProducts.maxima(scores, 2).toFloatArray()).containsExactly(5, 20, 4, 2);
    assertThat(InnerProducts.maxima(scores, 6).getShape()).isEqualTo(new Shape(0, 2));
    NDArray half = Conversion.to(scores, DataType.BFLOAT16);
    assertThat(InnerProducts.maxima(half, 2).toFloatArray()).containsExactly(5, 20, 4, 2);
    assertThat(InnerProducts.kthLargest(scores, 1).toFloatArray()).containsExactly(9, 20);
    assertThat(InnerProducts.kthLargest(half, 3).toFloatArray()).containsExactly(4, 2);
  }

  @Test
  void should_copy_columns_row_after_row() {
    NDArray x = manager.arange(12f).reshape(3, 4).transpose();
    NDArray copy = InnerProducts.columns(x, 1, 3);
    assertThat(copy.toFloatArray()).containsExactly(4, 8, 5, 9, 6, 10, 7, 11);
    assertThat(copy.toByteBuffer(true).isDirect()).isTrue();
    x.muli(0);
    assertThat(copy.toFloatArray()).startsWith(4, 8);
    assertThat(InnerProducts.sum(Conversion.to(copy, DataType.BFLOAT16), copy).toFloatArray())
        .startsWith(8, 16);
  }

  @Test
  void should_leave_only_the_results_behind() {
    NDArray x = random(40, 8, 3);
    LeakCheck.assertNoLeak(
        () -> {
          NDArray scores = InnerProducts.of(x, x, 0, 40);
          InnerProducts.maxima(scores, 32).close();
          InnerProducts.kthLargest(scores, 3).close();
          InnerProducts.columns(x, 0, 2).close();
          scores.close();
        });
  }
}
