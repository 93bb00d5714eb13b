package org.mindeye.core.kernel;

import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads the engine computes with. DJL's system properties {@code
 * ai.djl.pytorch.num_threads} and {@code ai.djl.pytorch.num_interop_threads}, set before the engine
 * starts, decide.
 */
public final class Threads {
  private Threads() {}

  /**
   * Threads that share one operation.
   *
   * @return at least 1
   */
  public static int insideOperations() {
    Torch.engine();
    return JniUtils.getNumThreads();
  }

  /**
   * Threads that run independent operations.
   *
   * @return at least 1
   */
  public static int betweenOperations() {
    Torch.engine();
    return JniUtils.getNumInteropThreads();
  }
}
