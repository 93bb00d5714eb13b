// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The elements of a tensor that is to be written: little-endian, the last axis fastest, without
 * gaps, in windows of any size.
 */
@FunctionalInterface
public interface TensorContent {
  /** Takes a window. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes what is between position and limit; the buffer may be used again afterwards.
     *
     * @param window the next bytes
     * @throws IOException if they cannot be written
     */
    void accept(ByteBuffer window) throws IOException;
  }

  /**
   * Hands over all elements, from the first to the last. Called once, when it is this tensor's
   * turn.
   *
   * @param sink takes them
   * @throws IOException if the sink refuses, or the elements cannot be read
   */
  void writeTo(Sink sink) throws IOException;
}
