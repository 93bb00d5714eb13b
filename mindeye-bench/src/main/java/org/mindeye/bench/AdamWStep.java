// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** One optimiser step over ten tensors with given gradients: this library's AdamW and DJL's. */
public class AdamWStep extends DeviceBenchmark {
  private static final int TENSORS = 10;
  private static final double RATE = 1e-3;
  private static final double DECAY = ParameterGroups.PUBLISHED_WEIGHT_DECAY;

  /** Which optimiser. */
  public enum Implementation {
    /** {@code FusedAdamW.over}: a look at all gradients, then one kernel for all tensors. */
    MINDEYE,
    /** {@code FusedAdamW.unchecked}: the kernel alone. */
    MINDEYE_UNCHECKED,
    /** {@code Optimizer.adamW()}: DJL's, one operation after the other. */
    DJL
  }

  @Param Implementation implementation;

  @Param({"1000000", "100000000"})
  int parameters;

  private final List<Parameter> weights = new ArrayList<>();
  private NDArray slopes;
  private StepScope scope;
  private FusedAdamW fused;
  private Runnable update;

  /** Creates the benchmark; JMH fills in the parameters. */
  public AdamWStep() {}

  /** Draws weights and one gradient for all; compares the first step. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    Shape shape = new Shape(parameters / TENSORS);
    slopes = NoiseSource.seeded(SEED, 0).normal(manager, shape);
    for (int i = 1; i <= TENSORS; i++) {
      Parameter weight =
          Parameter.builder()
              .setName("w" + i)
              .setType(Parameter.Type.OTHER)
              .optShape(shape)
              .build();
      weight.setShape(null);
      weight.setArray(NoiseSource.seeded(SEED, i).normal(manager, shape));
      weight.getArray().setName(null);
      weights.add(weight);
    }
    update = implementation == Implementation.DJL ? djl() : fused();
    checkFirstStep();
  }

  /** The gradients are those of a sum of products; their scope stays open as long as they live. */
  private Runnable fused() {
    fused = FusedAdamW.unchecked(List.of(new ParameterGroup("all", weights, DECAY)));
    scope = StepScope.open(slopes.getDevice());
    NDArray loss = slopes.mul(weights.get(0).getArray()).sum();
    for (Parameter weight : weights.subList(1, TENSORS)) {
      loss = loss.add(slopes.mul(weight.getArray()).sum());
    }
    ParameterGradients gradients = scope.gradients(loss, weights);
    StepRates rates = new StepRates(RATE, 0.9);
    if (implementation == Implementation.MINDEYE_UNCHECKED) {
      return () -> fused.step(gradients, rates);
    }
    // Gradients remember their norms, and these are the same in all steps: look every time.
    List<NDArray> all = weights.stream().map(w -> gradients.of(w).orElseThrow()).toList();
    return () -> {
      for (double norm : Gradients.norms(all, List.of())) {
        if (!Double.isFinite(norm)) {
          throw new IllegalStateException("a gradient is not finite");
        }
      }
      fused.step(gradients, rates);
    };
  }

  private Runnable djl() {
    Optimizer optimizer =
        Optimizer.adamW()
            .optLearningRateTracker(Tracker.fixed((float) RATE))
            .optWeightDecays((float) DECAY)
            .build();
    return () -> {
      for (Parameter weight : weights) {
        optimizer.update(weight.getName(), weight.getArray(), slopes);
      }
    };
  }

  private void checkFirstStep() {
    float gradient = Readback.first(slopes);
    float[] before = firsts();
    update.run();
    float[] after = firsts();
    for (int i = 0; i < TENSORS; i++) {
      double expected = PlainAdamW.firstStep(before[i], gradient, RATE, DECAY);
      Check.near("updated weight", after[i], expected, 1e-6);
    }
  }

  private float[] firsts() {
    float[] values = new float[TENSORS];
    for (int i = 0; i < TENSORS; i++) {
      values[i] = Readback.first(weights.get(i).getArray());
    }
    return values;
  }

  /**
   * One step over all tensors.
   *
   * @return a number of the tensor that is updated last
   */
  @Benchmark
  public float step() {
    try (CallScope call = CallScope.open(slopes.getDevice())) {
      update.run();
      return Readback.first(weights.get(TENSORS - 1).getArray());
    }
  }

  /** Frees gradients and moments. */
  @TearDown
  public void closeOptimizer() {
    if (fused != null) {
      scope.close();
      fused.close();
    }
  }
}
