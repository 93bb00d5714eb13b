// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.Torch;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark of tensors on a device: {@code cpu}, {@code gpu0}, …. */
public abstract class DeviceBenchmark extends MindEyeBenchmark {
  @Param("cpu")
  String device;

  private NDManager manager;

  /** Creates the benchmark; JMH fills in the parameters. */
  protected DeviceBenchmark() {}

  /** Opens the owner of this benchmark's inputs; the first thing each set-up does. */
  final NDManager open() {
    manager = Torch.newManager(Torch.device(device));
    return manager;
  }

  /** Frees the inputs. */
  @TearDown
  public void close() {
    manager.close();
  }
}
