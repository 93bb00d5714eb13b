// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Whether this thread records a graph for gradients. libtorch's switch is per thread, and on in
 * every thread but the one that started the engine, so each public call sets what it needs and puts
 * back what it found.
 *
 * <pre>{@code
 * try (GradMode off = GradMode.off()) {
 *   // inference, or an update in place
 * }
 * }</pre>
 */
public final class GradMode implements AutoCloseable {
  private final boolean before;

  private GradMode(boolean enabled) {
    Torch.engine();
    before = LibtorchSettings.isGradMode();
    LibtorchSettings.setGradMode(enabled);
  }

  /**
   * Records a graph until closed.
   *
   * @return restores the previous mode of this thread
   */
  public static GradMode on() {
    return new GradMode(true);
  }

  /**
   * Records nothing until closed.
   *
   * @return restores the previous mode of this thread
   */
  public static GradMode off() {
    return new GradMode(false);
  }

  /**
   * Whether this thread records a graph now.
   *
   * @return true if so
   */
  public static boolean isOn() {
    Torch.engine();
    return LibtorchSettings.isGradMode();
  }

  @Override
  public void close() {
    LibtorchSettings.setGradMode(before);
  }
}
