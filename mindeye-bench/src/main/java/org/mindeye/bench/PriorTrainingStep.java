// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.Map;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DiffusionDraw;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorLoss;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of training the diffusion prior alone: noise, forward, squared error, backward, AdamW;
 * brains and images are hidden as published.
 *
 * <p>A plain computation at the published size takes minutes, so every run compares loss and slope
 * of the {@code SMALL} prior with one; of the prior that is measured, the loss with its own
 * prediction, and one of the updates. {@code PAPER} takes 5 GiB at batch 8.
 */
public class PriorTrainingStep extends DeviceBenchmark {
  private static final StepRates RATES = new StepRates(1e-4, 0.9);

  /** So many that some brains and some images are hidden. */
  private static final int SMALL_BATCH = 8;

  @Param({"SMALL", "PAPER"})
  PriorSize prior;

  @Param({"1", "8"})
  int batch;

  /** Whether layers are run again in the backward pass instead of kept. */
  @Param({"false", "true"})
  boolean checkpointing;

  /** In which products are computed; weights and moments are float32. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private PriorCase measured;
  private DiffusionPrior trained;
  private FusedAdamW optimizer;
  private long step;

  /** Creates the benchmark; JMH fills in the parameters. */
  public PriorTrainingStep() {}

  /** Draws weights, brains and targets; compares a small step, and the first one measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = PriorCase.draw(prior, batch, manager);
    trained = training(measured);
    optimizer = FusedAdamW.over(ParameterGroups.asPublished(measured.network()));
    checkFirstStep();
  }

  private DiffusionPrior training(PriorCase priorCase) {
    priorCase.network().computeIn(precision);
    return checkpointing ? priorCase.prior().withGradientCheckpointing() : priorCase.prior();
  }

  private static NoiseSource noise(long step) {
    return NoiseSource.seeded(SEED, 5, step);
  }

  private void checkSmall(Device cpuOrGpu) {
    try (CallScope inputs = CallScope.open(cpuOrGpu);
        PriorCase small = PriorCase.draw(PriorSize.SMALL, SMALL_BATCH, inputs.manager());
        FusedAdamW marked = FusedAdamW.over(ParameterGroups.asPublished(small.network()));
        StepScope scope = StepScope.open(cpuOrGpu)) {
      PlainPriorLoss plain = new PlainPriorLoss(small, draw(small));
      NDArray loss = training(small).trainingLoss(small.brain(), small.target(), noise(0)).loss();
      Check.near("loss", loss.getFloat(), plain.value(), PriorCase.tolerance(precision));
      Map<String, float[]> direction = plain.direction(NoiseSource.seeded(SEED, 6));
      ParameterGradients gradients = scope.gradients(loss, marked.parameters());
      double slope = PlainPriorLoss.slope(gradients, marked.parameters(), direction);
      Check.near(
          "slope of the loss",
          slope,
          plain.slope(direction),
          Math.max(1e-3, PriorCase.tolerance(precision)));
    }
  }

  private static DiffusionDraw draw(PriorCase priorCase) {
    return DiffusionDraw.of(
        priorCase.brain().batch(),
        priorCase.prior().space(),
        priorCase.prior().config(),
        noise(0),
        priorCase.brain().array().getManager());
  }

  /** Everything is hidden once, so that every parameter has its moments before the first timing. */
  private void checkFirstStep() {
    Parameter bias = lastUpdated();
    try (StepScope scope = StepScope.open(trained.device())) {
      DiffusionDraw drawn = draw(measured);
      DiffusionDraw hidden =
          new DiffusionDraw(drawn.timesteps(), drawn.noise(), ConditioningMask.hideAll(batch));
      PriorLoss result =
          trained.trainingLoss(measured.brain(), measured.target(), hidden, Mode.eval());
      Check.near("loss", result.loss().getFloat(), loss(result), 1e-4);
      ParameterGradients gradients = scope.gradients(result.loss(), optimizer.parameters());
      float[] slopes = gradients.of(bias).orElseThrow().toFloatArray();
      float[] before = bias.getArray().toFloatArray();
      optimizer.step(gradients, RATES);
      float[] after = bias.getArray().toFloatArray();
      for (int i = 0; i < slopes.length; i++) {
        double expected = PlainAdamW.firstStep(before[i], slopes[i], RATES.learningRate(), 0);
        Check.near("updated bias", after[i], expected, 1e-7);
      }
    }
  }

  private double loss(PriorLoss result) {
    double sum = 0;
    for (int i = 0; i < batch; i++) {
      double[][] predicted = PriorCase.sample(result.predicted().array(), i);
      sum += PlainDiffusion.error(predicted, PriorCase.sample(measured.target().array(), i));
    }
    return sum / batch;
  }

  private Parameter lastUpdated() {
    return optimizer.parameters().get(optimizer.parameters().size() - 1);
  }

  /**
   * One step.
   *
   * @return the loss and a number of the last parameter that is updated
   */
  @Benchmark
  public float step() {
    try (StepScope scope = StepScope.open(trained.device())) {
      NDArray loss =
          trained.trainingLoss(measured.brain(), measured.target(), noise(++step)).loss();
      optimizer.step(scope.gradients(loss, optimizer.parameters()), RATES);
      return loss.getFloat() + Readback.first(lastUpdated().getArray());
    }
  }

  /** Frees weights and moments. */
  @TearDown
  public void closePrior() {
    optimizer.close();
    measured.close();
  }
}
