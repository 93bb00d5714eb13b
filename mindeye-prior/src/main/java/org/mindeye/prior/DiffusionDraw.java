// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.NoiseSchedule;

/**
 * The random numbers of one training step, so that a step can be repeated.
 *
 * @param timesteps how noisy each sample is made
 * @param noise {@code [batch, tokens, width]}, standard normal
 * @param mask what the network is shown
 */
public record DiffusionDraw(int[] timesteps, NDArray noise, ConditioningMask mask) {
  /** Copies the timesteps; the noise still belongs to its manager. */
  public DiffusionDraw {
    timesteps = timesteps.clone();
    Alive.require("noise", noise);
    Objects.requireNonNull(mask, "mask");
  }

  /**
   * Draws a step's numbers in the original's order: timesteps, noise, hidden brains, hidden images.
   *
   * @param batch how many samples
   * @param space tokens and width
   * @param config the process
   * @param random where the random numbers come from
   * @param owner the manager that owns the noise
   * @return the draw
   */
  public static DiffusionDraw of(
      int batch, ClipSpace space, DiffusionConfig config, NoiseSource random, NDManager owner) {
    float[] uniform = new float[batch];
    random.uniform(uniform);
    int[] timesteps = new int[batch];
    for (int i = 0; i < batch; i++) {
      timesteps[i] = (int) (uniform[i] * config.timesteps());
    }
    NDArray noise = random.normal(owner, new Shape(batch, space.tokens(), space.width()));
    return new DiffusionDraw(
        timesteps,
        noise,
        ConditioningMask.draw(batch, config.brainDropout(), config.imageDropout(), random));
  }

  /** {@code alpha_t clean + sigma_t noise}, each sample at its timestep. */
  NDArray noisy(NDArray clean, NoiseSchedule schedule, DenoisingNetwork network, NDManager owner) {
    double[] alpha = Arrays.stream(timesteps).mapToDouble(schedule::alpha).toArray();
    double[] sigma = Arrays.stream(timesteps).mapToDouble(schedule::sigma).toArray();
    Shape perSample = new Shape(timesteps.length, 1, 1);
    return clean
        .mul(network.moved(Torch.copy(owner, alpha, perSample, DataType.FLOAT32)))
        .add(noise.mul(network.moved(Torch.copy(owner, sigma, perSample, DataType.FLOAT32))));
  }

  /** Refuses a draw made for other samples, or for a longer process. */
  void require(int batch, int processTimesteps) {
    mask.requireBatch(batch);
    if (timesteps.length != batch) {
      throw new ShapeMismatchException(
          "timesteps: expected one for each of "
              + Plural.of(batch, "sample")
              + " but there are "
              + timesteps.length);
    }
    for (int t : timesteps) {
      if (t < 0 || t >= processTimesteps) {
        throw new IllegalArgumentException(
            "timesteps: expected numbers from 0 to " + (processTimesteps - 1) + " but found " + t);
      }
    }
  }

  /**
   * The timesteps.
   *
   * @return a copy
   */
  @Override
  public int[] timesteps() {
    return timesteps.clone();
  }
}
