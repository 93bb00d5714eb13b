// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import org.mindeye.core.engine.Threads;

/**
 * Where a run was trained. Another machine may go on with it, but bits may differ then.
 *
 * @param software what trained it
 * @param device what the network was trained on
 * @param threads threads that share one operation
 */
public record ProcessRecord(RunRecord.Software software, String device, int threads) {
  /**
   * This process.
   *
   * @param device what the network is trained on
   * @return starts the engine if nothing has done so yet
   */
  public static ProcessRecord of(Device device) {
    String name =
        device.isGpu() ? device.getDeviceType() + device.getDeviceId() : device.getDeviceType();
    return new ProcessRecord(RunRecord.Software.ofThisProcess(), name, Threads.intraOp());
  }
}
