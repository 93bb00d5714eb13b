// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Matrix decompositions (LAPACK through libtorch). */
public final class LinearAlgebra {
  private static final TorchScript KERNEL = TorchScript.load("linalg");

  private LinearAlgebra() {}

  /**
   * The eigen-decomposition of a symmetric matrix {@code A = V diag(w) Vᵀ}.
   *
   * @param values {@code [n]}, ascending
   * @param vectors {@code [n, n]}, one eigenvector per column
   */
  public record Eigen(NDArray values, NDArray vectors) {}

  /**
   * Decomposes a symmetric matrix; only its lower triangle is read.
   *
   * @param symmetric {@code [n, n]}, float32 or float64
   * @return eigenvalues and eigenvectors, owned by the matrix's manager
   */
  public static Eigen symmetricEigen(NDArray symmetric) {
    NDList result = KERNEL.call("eigh", symmetric);
    return new Eigen(result.get(0), result.get(1));
  }
}
