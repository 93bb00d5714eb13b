package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.PrintStream;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * A training loop of your own: a small backbone learns to give random voxels the tokens of a fixed
 * random image. Replace voxels, target and loss by yours; nothing of the library owns the loop.
 */
public final class CustomLoop {
  private static final int VOXELS = 200;
  private static final int BATCH = 16;
  private static final ClipSpace SPACE = new ClipSpace(4, 32);

  private CustomLoop() {}

  /**
   * Trains for 60 steps on the CPU and prints the loss of every tenth step.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    train(Torch.device("cpu"), 60, 42, System.out);
  }

  /**
   * Trains.
   *
   * @param device where to compute
   * @param steps optimiser steps, a multiple of 3
   * @param seed of all random numbers
   * @param out where the loss of every tenth step is printed
   * @return the loss of each step
   */
  static float[] train(Device device, int steps, long seed, PrintStream out) {
    float[] image = new float[SPACE.size()];
    NoiseSource.seeded(seed, 0).normal(image);
    float[] losses = new float[steps];
    // snippet: custom-loop
    var config = BackboneConfig.paper(VOXELS).withHidden(64).withSpace(SPACE).withProjector(64);
    var schedule = OneCycleSchedule.paper(3e-3, 3, steps / 3);
    try (var backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(device, NoiseSource.seeded(seed, 1));
      try (var optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone, 1e-2))) {
        for (int k = 0; k < steps; k++) {
          NoiseSource noise = NoiseSource.seeded(seed, 2, k); // voxels and dropout of step k
          try (StepScope step = StepScope.open(device)) {
            var voxels = VoxelBatch.of(noise.normal(step.manager(), new Shape(BATCH, VOXELS)));
            NDArray target = step.manager().create(image, new Shape(1, 4, 32));
            BrainEmbedding brain = backbone.forward(voxels, Mode.train(noise));
            NDArray loss = brain.projected().array().sub(target).square().mean();
            var gradients = step.gradients(loss, optimizer.parameters());
            optimizer.step(gradients, schedule.at(k));
            losses[k] = loss.getFloat();
          }
        }
      }
    }
    // end: custom-loop
    for (int k = 0; k < steps; k += 10) {
      out.printf("step %3d  loss %.4f%n", k, losses[k]);
    }
    return losses;
  }
}
