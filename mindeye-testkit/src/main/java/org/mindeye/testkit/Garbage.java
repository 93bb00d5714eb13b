package org.mindeye.testkit;

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
  private static final int COLLECTIONS = 5;
  private static final int BUFFERS = 20_000;

  private Garbage() {}

  /**
   * Collects garbage, then fills the freed native memory with bytes that read as NaN.
   *
   * @throws InterruptedException if the thread is interrupted while the collector works
   */
  public static void collectAndReuse() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(20);
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
