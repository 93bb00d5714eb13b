// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;

/**
 * A problem that a small prior learns in seconds and whose answer is not one point: the target is a
 * multiple of the condition, plus or minus a fixed pattern, plus noise.
 */
final class TinyProblem {
  static final ClipSpace SPACE = new ClipSpace(3, 16);
  static final DiffusionConfig PROCESS = DiffusionConfig.paper(SPACE.width());

  private static final int BATCH = 64;

  private TinyProblem() {}

  static DiffusionPrior untrained() {
    PriorConfig config = new PriorConfig(SPACE, PriorFixtures.SMALL.withSize(2, 4, 8));
    return DiffusionPrior.of(PriorFixtures.initialized(new PriorNetwork(config)), PROCESS);
  }

  static BrainTokens conditions(NDManager manager, int batch, NoiseSource noise) {
    return BrainTokens.of(noise.normal(manager, new Shape(batch, SPACE.tokens(), SPACE.width())));
  }

  /** In the scale of embeddings, whose numbers have a variance of 1 / width. */
  static ClipTokens targets(NDManager manager, BrainTokens conditions, NoiseSource noise) {
    int size = SPACE.size();
    float[] c = conditions.array().toFloatArray();
    float[] pattern = new float[size];
    NoiseSource.seeded(99).normal(pattern);
    float[] fresh = new float[c.length];
    noise.normal(fresh);
    float[] coin = new float[c.length / size];
    noise.uniform(coin);
    for (int i = 0; i < c.length; i++) {
      float sign = coin[i / size] < 0.5f ? -1 : 1;
      c[i] =
          (float)
              ((0.6 * c[i] + 0.6 * sign * pattern[i % size] + 0.5 * fresh[i]) / PROCESS.scale());
    }
    return ClipTokens.of(Torch.copy(manager, c, conditions.array().getShape()));
  }

  /** Trains and returns the loss of every step. */
  static double[] train(DiffusionPrior prior, int steps) {
    double[] losses = new double[steps];
    OneCycleSchedule schedule = OneCycleSchedule.paper(5e-3, 10, steps / 10);
    try (FusedAdamW optimizer =
        FusedAdamW.over(ParameterGroups.asPublished(prior.network(), 1e-2))) {
      for (int k = 0; k < steps; k++) {
        NoiseSource noise = NoiseSource.seeded(7, k);
        try (StepScope step = StepScope.open(Device.cpu())) {
          BrainTokens condition = conditions(step.manager(), BATCH, noise);
          ClipTokens target = targets(step.manager(), condition, noise);
          NDArray loss = prior.trainingLoss(condition, target, noise).loss();
          optimizer.step(step.gradients(loss, optimizer.parameters()), schedule.at(k));
          losses[k] = loss.getFloat();
        }
      }
    }
    return losses;
  }
}
