// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.prior.diffusion;

import ai.djl.ndarray.NDArray;

public final class NosySchedule {
  private NosySchedule() {}

  public static long timesteps(NDArray betas) {
    return betas.size();
  }
}
