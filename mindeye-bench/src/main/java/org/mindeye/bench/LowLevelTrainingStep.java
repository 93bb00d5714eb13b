// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.LowLevelPrediction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of the published low-level recipe on targets that are there already: forward with
 * dropout, absolute error of the latents and a tenth of the contrastive loss, backward, AdamW.
 *
 * <p>Every run compares the {@code SMALL} network with a plain computation; of the network that is
 * measured, the loss with its own prediction, and one of the updates. {@code PAPER} takes 5 GiB.
 */
public class LowLevelTrainingStep extends DeviceBenchmark {
  private static final StepRates RATES = new StepRates(1e-4, 0.9);
  private static final SoftContrastiveLoss CONTRASTIVE = SoftContrastiveLoss.paper();
  private static final double CONTRASTIVE_WEIGHT = 0.1;
  private static final String LAST_BIAS = "upsampler.conv_out.bias";
  private static final int FEATURES = 512;

  @Param({"SMALL", "PAPER"})
  LowLevelSize network;

  @Param("8")
  int batch;

  /** In which products are computed. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private LowLevelNetwork trained;
  private FusedAdamW optimizer;
  private VoxelBatch voxels;
  private NDArray latents;
  private KnownVectors teacher;
  private KnownVectors augmented;
  private long step;

  /** Creates the benchmark; JMH fills in the parameters. */
  public LowLevelTrainingStep() {}

  /** Draws weights, voxels and targets; compares a small forward pass and the first step. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager);
    LowLevelConfig config = network.config();
    trained = new LowLevelNetwork(config);
    trained.computeIn(precision);
    trained.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
    optimizer = FusedAdamW.over(ParameterGroups.asPublished(trained));
    voxels = LowLevelForward.draw(network, batch, manager);
    LowLevelConfig.Latents shape = config.latents();
    latents =
        NoiseSource.seeded(SEED, 3)
            .normal(manager, new Shape(batch, shape.channels(), shape.side(), shape.side()));
    int side = shape.side() / config.upsampling().factor();
    int rows = batch * side * side;
    teacher = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 4), rows, FEATURES);
    augmented = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 5), rows, FEATURES);
    checkFirstStep();
  }

  private void checkSmall(NDManager manager) {
    try (CallScope scope = CallScope.open(manager.getDevice());
        LowLevelNetwork small = new LowLevelNetwork(LowLevelSize.SMALL.config())) {
      small.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
      VoxelBatch one = LowLevelForward.draw(LowLevelSize.SMALL, 1, scope.manager());
      small.computeIn(precision);
      LowLevelPrediction found = small.forward(one, Mode.eval());
      PlainLowLevel plain = new PlainLowLevel(small);
      PlainMaps.check(
          "latents",
          precision,
          found.latents().array().toFloatArray(),
          plain.latents(one.array().toFloatArray()));
      NDArray features = found.features().orElseThrow().transpose(0, 2, 1);
      PlainMaps.check("features", precision, features.toFloatArray(), plain.features());
    }
  }

  private LowLevelPrediction forward() {
    return trained.forward(voxels, Mode.train(NoiseSource.seeded(SEED, 6, step++)));
  }

  private NDArray loss(LowLevelPrediction predicted, ClipVectors student) {
    NDArray error = predicted.latents().array().sub(latents).abs().mean();
    NDArray contrast = CONTRASTIVE.evaluate(student, teacher.wide(), augmented.wide());
    return error
        .div(Torch.scalar(error, AutoencoderConfig.STABLE_DIFFUSION_SCALE))
        .add(contrast.mul(Torch.scalar(contrast, CONTRASTIVE_WEIGHT)));
  }

  private static ClipVectors student(LowLevelPrediction predicted) {
    return ClipVectors.normalized(predicted.features().orElseThrow().reshape(-1, FEATURES));
  }

  private void checkFirstStep() {
    Parameter bias = trained.getParameters().get(LAST_BIAS);
    try (StepScope scope = StepScope.open(trained.device())) {
      LowLevelPrediction predicted = forward();
      ClipVectors student = student(predicted);
      NDArray loss = loss(predicted, student);
      Check.near("loss", loss.getFloat(), plainLoss(predicted, student), 1e-4);
      ParameterGradients gradients = scope.gradients(loss, optimizer.parameters());
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

  private double plainLoss(LowLevelPrediction predicted, ClipVectors student) {
    float[] found = predicted.latents().array().toFloatArray();
    float[] wanted = latents.toFloatArray();
    double error = 0;
    for (int i = 0; i < found.length; i++) {
      error += Math.abs((double) found[i] - wanted[i]) / found.length;
    }
    double[][] rows = PriorCase.rows(student.array().toFloatArray(), FEATURES);
    double temperature = CONTRASTIVE.temperature();
    double contrast =
        PlainLosses.distil(
            PlainLosses.logits(rows, augmented.shortVectors(), temperature),
            PlainLosses.logits(teacher.shortVectors(), augmented.shortVectors(), temperature));
    return error / AutoencoderConfig.STABLE_DIFFUSION_SCALE + CONTRASTIVE_WEIGHT * contrast;
  }

  /**
   * One step.
   *
   * @return the loss and a number of the last layer that is updated
   */
  @Benchmark
  public float step() {
    try (StepScope scope = StepScope.open(trained.device())) {
      LowLevelPrediction predicted = forward();
      NDArray loss = loss(predicted, student(predicted));
      optimizer.step(scope.gradients(loss, optimizer.parameters()), RATES);
      return loss.getFloat() + Readback.first(trained.getParameters().get(LAST_BIAS).getArray());
    }
  }

  /** Frees weights and moments. */
  @TearDown
  public void closeNetwork() {
    optimizer.close();
    trained.close();
  }
}
