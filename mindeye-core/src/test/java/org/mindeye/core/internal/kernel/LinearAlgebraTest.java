// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.internal.kernel.LinearAlgebra.Eigen;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class LinearAlgebraTest {
  @FreshManager private NDManager manager;

  @Test
  void should_find_the_eigenvalues_of_a_known_matrix_in_ascending_order() {
    NDArray matrix = manager.create(new double[] {2, 1, 1, 2}, new Shape(2, 2));
    Eigen eigen = LinearAlgebra.symmetricEigen(matrix);
    TensorAssert.assertThat(eigen.values()).isWithinAbsolute(new double[] {1, 3}, 1e-14);
    double half = Math.sqrt(0.5);
    TensorAssert.assertThat(eigen.vectors().abs())
        .isWithinAbsolute(new double[] {half, half, half, half}, 1e-14);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void should_put_the_matrix_together_again(int size) {
    NDArray half =
        ParityGenerator.input(manager, 3, new Shape(size, size)).toType(DataType.FLOAT64, true);
    NDArray matrix = half.add(half.transpose());
    Eigen eigen = LinearAlgebra.symmetricEigen(matrix);
    NDArray vectors = eigen.vectors();
    TensorAssert.assertThat(vectors.mul(eigen.values()).matMul(vectors.transpose()))
        .isWithinRelativeL2(matrix.toDoubleArray(), 1e-12);
    TensorAssert.assertThat(vectors.transpose().matMul(vectors))
        .isWithinAbsolute(manager.eye(size).toType(DataType.FLOAT64, true).toDoubleArray(), 1e-12);
    assertThat(eigen.values().toDoubleArray()).isSorted();
    assertThat(eigen.values().getManager()).isSameAs(matrix.getManager());
  }

  @Test
  void should_read_the_lower_triangle_only() {
    NDArray full = manager.create(new float[] {2, 1, 1, 2}, new Shape(2, 2));
    NDArray lower = manager.create(new float[] {2, 77, 1, 2}, new Shape(2, 2));
    assertThat(LinearAlgebra.symmetricEigen(lower).values())
        .isEqualTo(LinearAlgebra.symmetricEigen(full).values());
  }

  @Test
  void should_leave_only_the_results_behind() {
    NDArray matrix = manager.eye(5);
    LeakCheck.assertNoLeak(
        () -> {
          Eigen eigen = LinearAlgebra.symmetricEigen(matrix);
          eigen.values().close();
          eigen.vectors().close();
        });
  }
}
