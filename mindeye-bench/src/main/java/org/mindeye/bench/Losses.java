// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The contrastive losses, at the widths of one token and of all 257, with and without gradient. */
public class Losses extends DeviceBenchmark {
  /** For the directional derivative of the plain loss. */
  private static final double STEP = 1e-4;

  @Param LossKind loss;

  @Param({"32", "300"})
  int batch;

  @Param({"768", "197376"})
  int width;

  private KnownVectors brain;
  private KnownVectors image;
  private KnownVectors other;
  private MixCoPlan mix;

  /** Creates the benchmark; JMH fills in the parameters. */
  public Losses() {}

  /** Draws vectors and a mix; compares the loss, and its slope in a random direction. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    brain = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 1), batch, width);
    image = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 2), batch, width);
    other = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 3), batch, width);
    mix = MixCo.draw(batch, NoiseSource.seeded(SEED, 4));
    brain.wide().array().setRequiresGradient(true);
    Check.near(loss + " loss", forward(), plain(0, brain.shortVectors()), 1e-4);
    checkSlope(manager);
  }

  private void checkSlope(NDManager manager) {
    try (CallScope scope = CallScope.recording(manager.getDevice())) {
      KnownVectors direction =
          KnownVectors.draw(scope.manager(), NoiseSource.seeded(SEED, 5), batch, width);
      double[][] d = direction.shortVectors();
      double expected = (plain(STEP, d) - plain(-STEP, d)) / (2 * STEP);
      double actual = Readback.sum(gradient().mul(direction.wide().array()));
      Check.near(loss + " slope", actual, expected, 1e-3);
    }
  }

  private double plain(double step, double[][] direction) {
    double[][] moved = new double[batch][direction[0].length];
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < moved[i].length; j++) {
        moved[i][j] = brain.shortVectors()[i][j] + step * direction[i][j];
      }
    }
    return loss.plain(moved, image.shortVectors(), other.shortVectors(), mix);
  }

  /**
   * The loss alone, as in validation.
   *
   * @return the loss
   */
  @Benchmark
  public float forward() {
    try (CallScope scope = CallScope.open(brain.wide().array().getDevice())) {
      return evaluate().getFloat();
    }
  }

  /**
   * The loss and its gradient with respect to the brain vectors, as in training.
   *
   * @return a number of the gradient
   */
  @Benchmark
  public float forwardAndGradient() {
    try (CallScope scope = CallScope.recording(brain.wide().array().getDevice())) {
      return Readback.first(gradient());
    }
  }

  private NDArray evaluate() {
    return loss.evaluate(brain.wide(), image.wide(), other.wide(), mix);
  }

  private NDArray gradient() {
    return Gradients.of(evaluate(), List.of(brain.wide().array())).get(0);
  }
}
