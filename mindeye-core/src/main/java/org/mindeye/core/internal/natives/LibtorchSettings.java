// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import ai.djl.pytorch.jni.JniUtils;

/** libtorch's switches. The engine must have started. */
public final class LibtorchSettings {
  /** DJL's own property for the optimiser of TorchScript graphs; on where it is not set. */
  private static final String GRAPH_OPTIMIZER = "ai.djl.pytorch.graph_optimizer";

  private LibtorchSettings() {}

  /**
   * Whether this thread records a graph for gradients.
   *
   * @return true if so
   */
  public static boolean isGradMode() {
    return JniUtils.isGradMode();
  }

  /**
   * Sets whether this thread records a graph for gradients.
   *
   * @param enabled true to record
   */
  public static void setGradMode(boolean enabled) {
    JniUtils.setGradMode(enabled);
  }

  /**
   * Threads that share one operation.
   *
   * @return at least 1
   */
  public static int intraOpThreads() {
    return JniUtils.getNumThreads();
  }

  /**
   * Threads that run independent operations.
   *
   * @return at least 1
   */
  public static int interOpThreads() {
    return JniUtils.getNumInteropThreads();
  }

  /** Runs TorchScript graphs as they are written, in this thread. */
  public static void runGraphsAsWritten() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  /**
   * Puts back what DJL's property says. libtorch cannot be asked for the setting, and DJL sets it
   * by this property too, before each call of a model.
   */
  public static void restoreGraphOptimizer() {
    JniUtils.setGraphExecutorOptimize(
        Boolean.parseBoolean(System.getProperty(GRAPH_OPTIMIZER, "true")));
  }
}
