// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.formats.numpy.NpyFile;

/**
 * Rows of a {@code .npy} file as tensors, read when they are wanted, window by window. Reading is
 * safe from several threads, which take turns.
 */
public final class NpyRows {
  private final NpyFile file;
  private final TensorTransfer transfer;

  private NpyRows(NpyFile file) {
    this.file = file;
    transfer = new TensorTransfer(file.source());
  }

  /**
   * The rows of an open file.
   *
   * @param file stays its owner's, who closes it
   * @return reads from it
   */
  public static NpyRows of(NpyFile file) {
    return new NpyRows(file);
  }

  /**
   * Reads rows as a tensor.
   *
   * @param from the first one
   * @param to behind the last one
   * @param owner the manager that owns the result, on whose device it is made
   * @return {@code [to - from, ...]} of the type {@link TensorTypes#dataType} gives: every floating
   *     type becomes float32
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws java.io.UncheckedIOException if the file cannot be read any more
   */
  public NDArray load(long from, long to, NDManager owner) {
    return transfer.load(file.info(from, to), file.elements(from, to), owner);
  }
}
