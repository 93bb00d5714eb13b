// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;

/**
 * The diffusion process around a prior's network.
 *
 * @param timesteps how many steps of noise
 * @param schedule how the noise rises
 * @param scale what CLIP embeddings are multiplied by before noise is added, so that they are about
 *     as large as the noise; predictions are in that scale, samples are divided by it
 * @param brainDropout how often training hides the brain from the network, in [0, 1]
 * @param imageDropout how often training hides the noisy image, in [0, 1]
 */
public record DiffusionConfig(
    int timesteps, BetaSchedule schedule, double scale, double brainDropout, double imageDropout) {

  /** Checks all numbers. */
  public DiffusionConfig {
    if (timesteps < 2) {
      throw new IllegalArgumentException("timesteps: expected at least 2 but was " + timesteps);
    }
    Objects.requireNonNull(schedule, "schedule");
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale: expected a positive number but was " + scale);
    }
    requireProbability("brainDropout", brainDropout);
    requireProbability("imageDropout", imageDropout);
  }

  /**
   * The published 257-token setting: 100 cosine timesteps, scale {@code sqrt(width)}, a fifth of
   * the conditions and, independently, of the noisy images hidden.
   *
   * @param width numbers per token
   * @return the configuration
   */
  public static DiffusionConfig paper(int width) {
    return new DiffusionConfig(100, BetaSchedule.COSINE, Math.sqrt(width), 0.2, 0.2);
  }

  /**
   * The published final-layer setting: 1000 cosine timesteps, a tenth hidden. (The tenth is that of
   * dalle2-pytorch's example; {@code prior_config.json} of the public prior takes precedence.)
   *
   * @param width numbers per vector
   * @return the configuration
   */
  public static DiffusionConfig finalLayer(int width) {
    int timesteps = FinalLayerPriorConfig.paper().timesteps();
    return new DiffusionConfig(timesteps, BetaSchedule.COSINE, Math.sqrt(width), 0.1, 0.1);
  }

  /**
   * Reads the process that the file notes as {@code process} in the metadata {@link
   * BackboneConfig#METADATA}. Where it notes none, the schedule is that of the saved betas ({@code
   * noise_scheduler.betas}), and without these the published one, which a warning in the log says;
   * the rest is assumed as published for the kind of prior: scale {@code sqrt(width)}, and how
   * often training hides something.
   *
   * @param file holds a prior's tensors, with or without the prefixes {@code module.} and {@code
   *     net.}; stays open
   * @return the process
   * @throws MalformedFileException if there is no prior, or betas, table of times and metadata
   *     contradict each other; if the metadata lack a key, or have an unknown one: names it
   */
  public static DiffusionConfig of(StateDict file) {
    return PriorProcess.of(file);
  }

  /**
   * Another noise schedule.
   *
   * @param newSchedule how the noise rises
   * @param newTimesteps how many steps
   * @return a changed copy
   */
  public DiffusionConfig withSchedule(BetaSchedule newSchedule, int newTimesteps) {
    return new DiffusionConfig(newTimesteps, newSchedule, scale, brainDropout, imageDropout);
  }

  /**
   * Other dropping.
   *
   * @param brain how often the brain is hidden
   * @param image how often the noisy image is hidden
   * @return a changed copy
   */
  public DiffusionConfig withDropout(double brain, double image) {
    return new DiffusionConfig(timesteps, schedule, scale, brain, image);
  }

  /**
   * The coefficients of this process.
   *
   * @return a new schedule
   */
  public NoiseSchedule noiseSchedule() {
    return NoiseSchedule.of(schedule, timesteps);
  }

  static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a probability in [0, 1] but was " + value);
    }
  }
}
