// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;

/**
 * Provokes the engine's worst trap: on the CPU an array made from heap numbers wraps a buffer that
 * lives only as long as the array object. {@code x.mul(3)}, {@code div}, {@code pow}, {@code
 * maximum} and {@code minimum} with a number make such an array; autograd keeps the tensor for the
 * backward pass but not the buffer. Once that is collected, gradients are silently wrong.
 *
 * <pre>{@code
 * NDArray loss = ...;           // forward
 * Garbage.collectAndReuse();
 * Gradients.of(loss, leaves);   // must equal the gradients of an undisturbed pass
 * }</pre>
 */
public final class Garbage {
  /** The memory of the one before is freed when the references of the next are dealt with. */
  private static final int COLLECTIONS = 3;

  private static final int BUFFERS = 20_000;

  private Garbage() {}

  /** Returns when garbage that came up before this call was found and its references queued. */
  private static void collect() {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    PhantomReference<Object> garbage = new PhantomReference<>(new Object(), found);
    while (found.poll() != garbage) {
      System.gc();
    }
  }

  /** Collects garbage, then fills the freed native memory with bytes that read as NaN. */
  public static void collectAndReuse() {
    for (int i = 0; i < COLLECTIONS; i++) {
      collect();
    }
    ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
    for (int i = 0; i < BUFFERS; i++) {
      buffers[i] = ByteBuffer.allocateDirect(8 << (i % 6));
      while (buffers[i].hasRemaining()) {
        buffers[i].put((byte) -1);
      }
    }
  }
}
