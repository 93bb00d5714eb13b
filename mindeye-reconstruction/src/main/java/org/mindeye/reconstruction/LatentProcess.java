// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.Map;
import java.util.Objects;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;

/**
 * The diffusion process that a UNet was trained for, as a file of its weights notes it: shapes do
 * not show what the numbers that a UNet predicts mean.
 *
 * @param timesteps how many levels of noise, at least 2
 * @param betaStart the share of variance that the first step replaces by noise, in (0, 1]
 * @param betaEnd the same of the last step; between the two, square roots rise evenly (diffusers'
 *     {@code scaled_linear})
 * @param prediction what the UNet predicts
 */
public record LatentProcess(
    int timesteps, double betaStart, double betaEnd, PredictionType prediction) {
  /** Under which key the metadata of a file of weights note their process, in JSON. */
  public static final String METADATA = "mindeye.unet.process";

  /** Checks that there is such a schedule. */
  public LatentProcess {
    Objects.requireNonNull(prediction, "prediction");
    NoiseSchedule.scaledLinear(betaStart, betaEnd, timesteps);
  }

  /**
   * That of Stable Diffusion and Versatile Diffusion: 1000 timesteps, 0.00085 to 0.012, the noise
   * predicted.
   *
   * @return the published process
   */
  public static LatentProcess stableDiffusion() {
    return new LatentProcess(1000, 0.00085, 0.012, PredictionType.EPSILON);
  }

  /**
   * Reads the process that a file notes. Published files, and those of a UNet's shape alone, note
   * none: they are for {@link #stableDiffusion()}.
   *
   * @param file holds a UNet's tensors; stays open
   * @return the process
   * @throws MalformedFileException if the note lacks a key, has an unknown one or is of a later
   *     schema: names it
   */
  public static LatentProcess of(StateDict file) {
    return Document.noted(Objects.requireNonNull(file, "file"), METADATA)
        .map(noted -> noted.as(LatentProcess.class))
        .orElseGet(LatentProcess::stableDiffusion);
  }

  /**
   * The same schedule of noise for a network that predicts something else.
   *
   * @param other what it predicts
   * @return a changed copy
   */
  public LatentProcess withPrediction(PredictionType other) {
    return new LatentProcess(timesteps, betaStart, betaEnd, other);
  }

  /**
   * The noise of each timestep.
   *
   * @return a new schedule
   */
  public NoiseSchedule schedule() {
    return NoiseSchedule.scaledLinear(betaStart, betaEnd, timesteps);
  }

  /**
   * The process as a sampler takes it.
   *
   * @return the same schedule and prediction, and what Stable Diffusion's file says of DDIM
   */
  public PublishedScheduler scheduler() {
    PublishedScheduler published = PublishedScheduler.stableDiffusion();
    return new PublishedScheduler(
        schedule(), prediction, published.stepsOffset(), published.alphaToOne());
  }

  /**
   * What a file of weights should note, so that {@link #of} finds it.
   *
   * @return metadata to write beside those of the UNet's shape
   */
  public Map<String, String> metadata() {
    return Map.of(METADATA, DocumentWriter.line(this));
  }
}
