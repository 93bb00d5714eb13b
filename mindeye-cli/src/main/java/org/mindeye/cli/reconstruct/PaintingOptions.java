// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import org.mindeye.core.pipeline.DecodeConfig;
import picocli.CommandLine.Option;

/** How pictures are painted; what is not given is as published. */
final class PaintingOptions {
  @Option(names = "--steps", paramLabel = "N", description = "Of denoising (20).")
  private Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "X",
      description = "Classifier-free guidance; 1 is none (3.5; 7.5 where painted from one token).")
  private Double guidance;

  @Option(
      names = "--strength",
      paramLabel = "X",
      description = "With --low-level: how much of the blurry picture is repainted, 0 to 1 (0.85).")
  private Double strength;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Of the first candidate of every picture; the others follow it. Same seeds, same"
              + " pictures (42).")
  private Long seed;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description =
          "Pictures to paint for each response, of which CLIP chooses the one most like what the"
              + " brain says (1; published figures: 16).")
  private int candidates = 1;

  @Option(names = "--all-candidates", description = "Keep all of them, best first on the page.")
  private boolean everyCandidate;

  @Option(
      names = "--prior-steps",
      paramLabel = "N",
      description =
          "Network calls of the prior's multistep sampler (default: all timesteps, as published).")
  private Integer priorSteps;

  /** Creates the options; picocli fills them in. */
  PaintingOptions() {}

  int candidates() {
    return candidates;
  }

  boolean everyCandidate() {
    return everyCandidate;
  }

  Integer priorSteps() {
    return priorSteps;
  }

  boolean hasStrength() {
    return strength != null;
  }

  /**
   * The settings.
   *
   * @param published what holds unless an option says otherwise
   * @throws IllegalArgumentException if a number is out of its range
   */
  DecodeConfig over(DecodeConfig published) {
    return new DecodeConfig(
        steps == null ? published.steps() : steps,
        guidance == null ? published.guidance() : guidance,
        strength == null ? published.strength() : strength,
        seed == null ? published.seed() : seed,
        candidates);
  }
}
