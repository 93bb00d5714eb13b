// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.StepWeights;

/**
 * Carries out a {@link SamplingPlan} on tensors of any shape and device. Records no graph. From an
 * image's latents, for example, as MindEye does, with UniPC at strength 0.85 in 20 steps:
 *
 * <pre>{@code
 * NoiseSchedule schedule = NoiseSchedule.stableDiffusion();
 * Timesteps timesteps = Timesteps.linspace(schedule.timesteps(), 21).withoutLast();
 * int start = Timesteps.startIndex(20, 0.85);
 * Sampling.addNoise(latents, drawn, schedule.level(timesteps.get(start)));
 * Sampling.run(
 *     new UniPc(schedule.level(0)).plan(schedule, PredictionType.EPSILON, timesteps, start),
 *     latents, (noisy, timestep) -> network.predict(noisy, timestep), noise);
 * }</pre>
 */
public final class Sampling {
  private Sampling() {}

  /**
   * Samples in place. Besides the sample and the newest prediction, {@link SamplingPlan#history}
   * earlier predictions are kept, and the sample before if the plan {@linkplain
   * SamplingPlan#corrects corrects}. Progress and cancellation are the denoiser's: what it throws
   * ends sampling, and then x holds the steps done so far.
   *
   * @param plan the steps
   * @param x the start: standard normal, or a sample with noise ({@link #addNoise}); overwritten
   *     with the result
   * @param denoiser predicts what the plan was made for, in x's shape
   * @param noise where fresh noise is drawn from, in x's shape, {@link SamplingPlan#draws} times
   * @throws ShapeMismatchException if a prediction has another shape
   */
  public static void run(SamplingPlan plan, NDArray x, Denoiser denoiser, NoiseSource noise) {
    int history = plan.history();
    Deque<NDArray> predictions = new ArrayDeque<>(); // newest first
    try (NDArray left = plan.corrects() ? like(x) : null) { // where the step before left from
      for (SamplingPlan.Step step : plan.steps()) {
        NDArray predicted = denoiser.predict(x, step.timestep());
        predictions.addFirst(predicted);
        requireShape(x, predicted);
        if (!step.toSample().equals(PredictionType.Conversion.IDENTITY)) {
          LinearCombination.into(
              predicted, step.toSample().predicted(), x, step.toSample().noisy());
        }
        if (step.corrector().isPresent()) {
          combine(left, step.corrector().get(), predictions);
          LinearCombination.assign(x, left);
        } else if (left != null) {
          LinearCombination.assign(left, x);
        }
        if (step.drawsNoise()) {
          try (NDArray fresh = noise.normal(x.getManager(), x.getShape())) {
            combine(x, step.weights(), predictions, fresh);
          }
        } else {
          combine(x, step.weights(), predictions);
        }
        if (predictions.size() > history) {
          predictions.removeLast().close();
        }
      }
    } finally {
      predictions.forEach(NDArray::close);
    }
  }

  private static NDArray like(NDArray x) {
    return x.getManager().create(x.getShape(), x.getDataType());
  }

  private static void requireShape(NDArray x, NDArray predicted) {
    if (!predicted.getShape().equals(x.getShape())) {
      throw new ShapeMismatchException(
          "prediction: expected the sample's shape "
              + x.getShape()
              + " but was "
              + predicted.getShape());
    }
  }

  /** The sum in place of x, the newest prediction and the noise before earlier predictions. */
  private static void combine(
      NDArray x, StepWeights weights, Collection<NDArray> newestFirst, NDArray... fresh) {
    List<Double> factors = new ArrayList<>(weights.predictions());
    List<NDArray> terms = newestFirst.stream().limit(factors.size()).collect(Collectors.toList());
    for (NDArray noise : fresh) {
      terms.add(1, noise);
      factors.add(1, weights.noise());
    }
    LinearCombination.into(x, weights.sample(), terms, factors);
  }

  /**
   * Makes a clean sample as noisy as a timestep, in place: where image-to-image starts from.
   *
   * @param x the clean sample; overwritten with {@code alpha x + sigma noise}
   * @param noise standard normal, of x's shape
   * @param level the timestep's, {@code schedule.level(t)}
   */
  public static void addNoise(NDArray x, NDArray noise, NoiseLevel level) {
    LinearCombination.into(x, level.alpha(), noise, level.sigma());
  }
}
