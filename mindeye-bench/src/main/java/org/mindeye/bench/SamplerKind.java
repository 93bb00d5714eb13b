// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.function.Supplier;
import org.mindeye.prior.DdpmSampler;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.prior.PriorSampler;

/** The ways to sample that are measured, each beside its plain version. */
public enum SamplerKind {
  /** As published: one step for each of the 100 timesteps. */
  DDPM {
    @Override
    PriorSampler sampler() {
      return new DdpmSampler();
    }

    @Override
    double[][] plain(PlainDiffusion process, double[][] brain, Supplier<double[][]> noise) {
      return process.ddpm(brain, noise);
    }
  },
  /** SDE-DPM-Solver++ in 20 steps. */
  MULTISTEP_20 {
    @Override
    PriorSampler sampler() {
      return new MultistepSampler(20);
    }

    @Override
    double[][] plain(PlainDiffusion process, double[][] brain, Supplier<double[][]> noise) {
      return process.multistep(20, brain, noise);
    }
  };

  /** The sampler itself. */
  abstract PriorSampler sampler();

  /** The same sample in loops, noise drawn in the same order. */
  abstract double[][] plain(PlainDiffusion process, double[][] brain, Supplier<double[][]> noise);
}
