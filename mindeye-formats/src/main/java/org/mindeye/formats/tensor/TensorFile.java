// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors in an open file, read when asked for: opening checks the file's structure, and what
 * a file says about its tensors costs no reading of elements. Files and tensors of many gigabytes
 * are normal.
 *
 * <p>Reading is safe from several threads, each with {@link #elements} of its own. It fails with an
 * {@link UncheckedIOException} if the file cannot be read (any more), with an {@link
 * IllegalStateException} after closing, and with a {@link MalformedFileException} if it does not
 * hold what it should.
 */
public interface TensorFile extends AutoCloseable {
  /**
   * Names the file in messages.
   *
   * @return the path it was opened with
   */
  String source();

  /**
   * All tensors.
   *
   * @return their names in the order of the file; cannot be changed
   */
  Set<String> names();

  /**
   * What the file says about a tensor.
   *
   * @param name the tensor
   * @return type and shape
   * @throws IllegalArgumentException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * The elements of a tensor, to be read window by window.
   *
   * @param name the tensor
   * @return {@link TensorInfo#bytes} bytes; fresh for every caller, valid until the file is closed
   * @throws IllegalArgumentException if there is no such tensor
   */
  TensorElements elements(String name);

  /**
   * What the file's writer noted beside the tensors.
   *
   * @return keys and texts; empty if the format or the file has none
   */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /**
   * Reads one window of a tensor. To read a tensor window after window, take its {@link #elements}
   * once instead.
   *
   * @param name the tensor
   * @param firstByte counted from the first element
   * @param into filled from its position to its limit with whole elements, little-endian
   * @throws IllegalArgumentException if there is no such tensor
   */
  default void read(String name, long firstByte, ByteBuffer into) {
    TensorElements elements = elements(name);
    try {
      elements.read(firstByte, into);
    } catch (IOException e) {
      throw ReadFailure.of(source(), "tensor '" + name + "'", e);
    }
  }

  /**
   * Reads a tensor into the Java heap, in the type it has in the file.
   *
   * @param name the tensor
   * @return type, shape and elements
   * @throws IllegalArgumentException if there is no such tensor
   * @throws MalformedFileException if it takes 2 GiB or more, or booleans are neither 0 nor 1
   * @throws org.mindeye.MindEyeException if the heap does not hold it
   */
  default HeapArray array(String name) {
    return HeapReader.array(this, name);
  }

  /**
   * Reads a tensor into the Java heap as floats, whatever its type, window by window: nothing
   * besides the result takes more than a few megabytes.
   *
   * @param name the tensor
   * @return all elements row by row, the last axis fastest; wider types are rounded to nearest
   * @throws IllegalArgumentException if there is no such tensor
   * @throws MalformedFileException if there are 2^31 elements or more, or booleans are neither 0
   *     nor 1
   * @throws org.mindeye.MindEyeException if the heap does not hold it
   */
  default float[] floats(String name) {
    return HeapReader.floats(this, name);
  }

  /**
   * Releases the file. Closing twice is harmless.
   *
   * @throws UncheckedIOException if the file cannot be closed
   */
  @Override
  void close();
}
