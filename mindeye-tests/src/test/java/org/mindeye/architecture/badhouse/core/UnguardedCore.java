// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.ndarray.NDManager;

/** Frees memory that another thread may be reading. */
public final class UnguardedCore implements AutoCloseable {
  private final NDManager manager;

  public UnguardedCore(NDManager manager) {
    this.manager = manager;
  }

  @Override
  public void close() {
    manager.close();
  }
}
