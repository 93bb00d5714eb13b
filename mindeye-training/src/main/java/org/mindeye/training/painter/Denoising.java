// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.mindeye.core.engine.Torch;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.unet.ConditionalUnet;

/** The error of predictions from noisy latents, the same in training and validation. */
final class Denoising {
  private final DenoisingConfig config;
  private final NoiseSchedule schedule;
  private final PredictionType prediction;

  Denoising(DenoisingConfig config) {
    this.config = config;
    schedule = config.process().schedule();
    prediction = config.process().prediction();
  }

  /**
   * What a network is given, and what it is to answer.
   *
   * @param noisy {@code [batch, channels, height, width]}
   * @param target of the same shape
   * @param weights of each sample's squared error, {@code [batch]}
   * @param timesteps how noisy each sample is
   */
  record Task(NDArray noisy, NDArray target, NDArray weights, int... timesteps) {
    /** The network's answer, {@code [batch, channels, height, width]}. */
    NDArray answer(ConditionalUnet network, NDArray tokens) {
      return network.forward(noisy, tokens, timesteps);
    }

    /** The mean squared error of each sample of an answer, weighted: {@code [batch]}. */
    NDArray errors(NDArray answer) {
      NDArray squares = answer.sub(target).square();
      return squares.reshape(timesteps.length, -1).mean(new int[] {1}).mul(weights);
    }
  }

  /** How many levels of noise there are. */
  int timesteps() {
    return schedule.timesteps();
  }

  /**
   * Makes latents noisy.
   *
   * @param clean {@code [batch, channels, height, width]}
   * @param noise of the same shape
   * @param timesteps how noisy each sample becomes
   */
  Task task(NDArray clean, NDArray noise, int... timesteps) {
    NoiseLevel[] levels =
        Arrays.stream(timesteps).mapToObj(schedule::level).toArray(NoiseLevel[]::new);
    NDManager owner = clean.getManager();
    Shape perSample = new Shape(timesteps.length, 1, 1, 1);
    return new Task(
        clean
            .mul(each(levels, NoiseLevel::alpha, perSample, owner))
            .add(noise.mul(each(levels, NoiseLevel::sigma, perSample, owner))),
        clean
            .mul(each(levels, level -> prediction.target(level).clean(), perSample, owner))
            .add(
                noise.mul(
                    each(levels, level -> prediction.target(level).noise(), perSample, owner))),
        each(levels, config::weight, new Shape(timesteps.length), owner),
        timesteps);
  }

  private static NDArray each(
      NoiseLevel[] levels, ToDoubleFunction<NoiseLevel> number, Shape shape, NDManager owner) {
    double[] numbers = Arrays.stream(levels).mapToDouble(number).toArray();
    return Torch.copy(owner, numbers, shape, DataType.FLOAT32);
  }
}
