// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.prior.DdimSampler;
import org.mindeye.prior.DdpmSampler;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.prior.PriorSampler;

/**
 * How to sample.
 *
 * @param kind the sampler's name
 * @param steps how many; null for all steps of the process
 */
record SamplerChoice(Kind kind, Integer steps) {
  /** The samplers, called on the command line as they print. */
  enum Kind {
    /** What published results use. */
    DDPM,
    /** Fewer steps. */
    DDIM,
    /** Fewer steps, with the original's timesteps and noise levels. */
    DDIM_AS_PUBLISHED,
    /** Second order, fresh noise in every step but the last. */
    MULTISTEP;

    private PriorSampler in(int steps) {
      return switch (this) {
        case DDPM -> new DdpmSampler();
        case DDIM -> DdimSampler.corrected(steps);
        case DDIM_AS_PUBLISHED -> DdimSampler.asPublished(steps);
        case MULTISTEP -> new MultistepSampler(steps);
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Checks that the steps suit the sampler. */
  SamplerChoice {
    if (kind == Kind.DDPM && steps != null) {
      throw new IllegalArgumentException(
          kind + " takes all steps of the process: leave --steps out");
    }
    if (kind != Kind.DDPM) {
      if (steps == null) {
        throw new IllegalArgumentException(kind + " needs --steps");
      }
      kind.in(steps);
    }
  }

  PriorSampler sampler() {
    return kind.in(steps == null ? 0 : steps);
  }

  /** For messages about a process of so many timesteps. */
  String in(int timesteps) {
    return kind + " in " + (steps == null ? "all " : steps + " of ") + Plural.of(timesteps, "step");
  }
}
