// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.LatentMoments;

/** Which latents of the autoencoder's distribution a painting starts from. */
public enum StartLatents {
  /** One draw, for all candidates of a picture: what the original does. */
  DRAWN,
  /** The likeliest ones, the same for every source of noise. */
  MODE;

  VaeLatents of(LatentMoments moments, NoiseSource noise) {
    return this == MODE ? moments.mode() : moments.sample(noise);
  }
}
