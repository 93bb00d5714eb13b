// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.optim.ExponentialMovingAverage;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.GradientAccumulator;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.PeakMemory;

/**
 * Does what a {@link MemoryCase} says, in a JVM of its own because a process's peak memory never
 * goes down, and prints the peak in bytes.
 */
final class MemoryChild {
  /** The second step is the first with moments; the third shows that nothing grows. */
  private static final int STEPS = 3;

  private static final int MICRO_BATCHES = 2;
  private static final double SHARE = 1.0 / 300;

  private final MemoryCase what;
  private final ResidualMlpBackbone backbone;
  private final DiffusionPrior prior;

  private MemoryChild(MemoryCase what) {
    this.what = what;
    backbone = what.backbone() == null ? null : new ResidualMlpBackbone(what.backbone());
    if (what.prior() == null) {
      prior = null;
    } else {
      PriorNetwork network = new PriorNetwork(what.prior());
      if (what.training()) {
        network.computeIn(what.precision());
      } else {
        network.storeIn(what.precision());
      }
      DiffusionPrior plain =
          DiffusionPrior.of(network, DiffusionConfig.paper(what.prior().space().width()));
      prior = what.checkpointing() ? plain.withGradientCheckpointing() : plain;
    }
  }

  /**
   * Runs one case.
   *
   * @param arguments the name of a {@link MemoryCase}
   * @throws IOException if the peak cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    MemoryChild child = new MemoryChild(MemoryCase.valueOf(arguments[0]));
    child.networks().forEach(network -> network.initialize(Device.cpu(), NoiseSource.seeded(1)));
    if (child.what.training()) {
      child.train();
    } else {
      child.sample();
    }
    System.out.println(PeakMemory.ofThisProcess());
  }

  private List<Network> networks() {
    List<Network> networks = new ArrayList<>();
    if (backbone != null) {
      networks.add(backbone);
    }
    if (prior != null) {
      networks.add(prior.network());
    }
    return networks;
  }

  private void sample() {
    for (int k = 0; k < STEPS; k++) {
      try (NDManager owner = Torch.newManager(Device.cpu())) {
        prior
            .withSampler(new MultistepSampler(2))
            .sample(PriorFixtures.brain(tokens(owner, 2)), NoiseSource.seeded(k), owner);
      }
    }
  }

  private void train() {
    List<ParameterGroup> groups = new ArrayList<>();
    List<ExponentialMovingAverage> averages = new ArrayList<>();
    for (Network network : networks()) {
      groups.addAll(ParameterGroups.asPublished(network, 1e-2));
      if (what.everything()) {
        Network twin =
            network == backbone
                ? new ResidualMlpBackbone(what.backbone())
                : new PriorNetwork(what.prior());
        twin.initialize(Device.cpu(), NoiseSource.seeded(1));
        averages.add(new ExponentialMovingAverage(network, twin, 0.99));
      }
    }
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      for (int k = 0; k < STEPS; k++) {
        step(optimizer, k);
        averages.forEach(ExponentialMovingAverage::update);
      }
    }
  }

  private void step(FusedAdamW optimizer, int k) {
    StepRates rates = new StepRates(1e-4, 0.9);
    if (!what.everything()) {
      try (StepScope step = StepScope.open(Device.cpu())) {
        optimizer.step(step.gradients(loss(step, k), optimizer.parameters()), rates);
      }
      return;
    }
    try (GradientAccumulator sum = new GradientAccumulator()) {
      for (int i = 0; i < MICRO_BATCHES; i++) {
        try (StepScope step = StepScope.open(Device.cpu())) {
          sum.add(step.gradients(loss(step, k), optimizer.parameters()));
        }
      }
      optimizer.step(sum.mean(), rates);
    }
  }

  private NDArray loss(StepScope step, int k) {
    NDManager manager = step.manager();
    ClipTokens image = tokens(manager, 2);
    if (backbone == null) {
      return prior
          .trainingLoss(PriorFixtures.brain(tokens(manager, 3)), image, NoiseSource.seeded(4, k))
          .loss();
    }
    VoxelBatch voxels =
        VoxelBatch.of(
            NoiseSource.seeded(5)
                .normal(manager, new Shape(what.batch(), what.backbone().voxels())));
    BrainEmbedding brain = backbone.forward(voxels, Mode.train(NoiseSource.seeded(6, k)));
    NDArray similarities =
        brain.projected().toUnitVectors().array().matMul(image.toUnitVectors().array().transpose());
    NDArray contrast = similarities.mul(Torch.scalar(similarities, 100)).logSoftmax(1).mean();
    return prior == null
        ? contrast
        : new LossSum()
            .add(SHARE, contrast)
            .add(prior.trainingLoss(brain.tokens(), image, NoiseSource.seeded(4, k)).loss())
            .total();
  }

  private ClipTokens tokens(NDManager manager, int seed) {
    return ClipTokens.of(
        NoiseSource.seeded(seed)
            .normal(manager, new Shape(what.batch(), what.space().tokens(), what.space().width())));
  }
}
