// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;

/**
 * The diffusion process that a UNet was trained for, as the {@code scheduler_config.json} beside it
 * says. Which sampler runs it is another matter: MindEye takes UniPC whatever class the file names,
 * so that settings of that class are not used; settings that would change a sampler of this library
 * are refused unless they are what it does.
 *
 * @param schedule the noise of each timestep
 * @param prediction what the UNet predicts
 * @param stepsOffset what DDIM adds to its timesteps; no other sampler knows it
 * @param alphaToOne whether DDIM's last step leads to the clean sample ({@code set_alpha_to_one}),
 *     or else to timestep 0
 */
public record PublishedScheduler(
    NoiseSchedule schedule, PredictionType prediction, int stepsOffset, boolean alphaToOne) {
  private static final int PUBLISHED_OFFSET = 1;

  private static final String SPACING = "timestep_spacing";

  /** Fields that are read or checked, and fields that concern the class of the file alone. */
  private static final Set<String> KNOWN =
      Set.of(
          "algorithm_type",
          "beta_end",
          "beta_schedule",
          "beta_start",
          "clip_sample",
          "clip_sample_range",
          "disable_corrector",
          "dynamic_thresholding_ratio",
          "final_sigmas_type",
          "lower_order_final",
          "num_train_timesteps",
          "predict_x0",
          "prediction_type",
          "sample_max_value",
          "set_alpha_to_one",
          "skip_prk_steps",
          "solver_order",
          "solver_type",
          "steps_offset",
          SPACING,
          "trained_betas",
          "variance_type");

  private static final Map<String, PredictionType> PREDICTIONS =
      Map.of(
          "epsilon", PredictionType.EPSILON,
          "sample", PredictionType.SAMPLE,
          "v_prediction", PredictionType.V_PREDICTION);

  /** Classes whose samples are clipped unless their file says otherwise. */
  private static final Set<String> CLIPPING = Set.of("DDIMScheduler", "DDPMScheduler");

  /** Checks that all is there. */
  public PublishedScheduler {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(prediction, "prediction");
    if (stepsOffset < 0) {
      throw new IllegalArgumentException("stepsOffset: expected at least 0 but was " + stepsOffset);
    }
  }

  /**
   * That of Versatile Diffusion and Stable Diffusion: scaled-linear betas from 0.00085 to 0.012
   * over 1000 timesteps, the noise predicted, offset 1, the last step to timestep 0.
   *
   * @return the process
   */
  public static PublishedScheduler stableDiffusion() {
    return new PublishedScheduler(
        NoiseSchedule.stableDiffusion(), PredictionType.EPSILON, PUBLISHED_OFFSET, false);
  }

  /**
   * Reads a file. What it leaves out has diffusers' default.
   *
   * @param file {@code scheduler_config.json}
   * @return what it says
   * @throws IOException if it cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if it describes a process that this
   *     library does not run: names the field
   */
  public static PublishedScheduler read(Path file) throws IOException {
    return of(ForeignFields.read(file));
  }

  private static PublishedScheduler of(ForeignFields file) {
    file.requireKnown(KNOWN);
    file.requireOnly("solver_order", 2);
    file.requireOnly("predict_x0", true);
    file.requireOnly("lower_order_final", true);
    file.requireOnly("algorithm_type", "dpmsolver++");
    String name = file.text("_class_name", "");
    if (file.has("solver_type")) {
      file.requireOnly("solver_type", name.startsWith("UniPC") ? "bh2" : "midpoint");
    }
    if (file.truth("clip_sample", CLIPPING.contains(name))) {
      throw file.malformed("clip_sample false, as of latents,", "true");
    }
    if (file.has("disable_corrector") && !file.texts("disable_corrector").isEmpty()) {
      throw file.malformed("disable_corrector []", file.texts("disable_corrector").toString());
    }
    requireSpacing(file, name);
    String prediction = file.text("prediction_type", "epsilon");
    if (!PREDICTIONS.containsKey(prediction)) {
      throw file.malformed(
          "a prediction_type of epsilon, sample or v_prediction", "'" + prediction + "'");
    }
    return ForeignFields.accepted(
        file.source(),
        "a diffusion process",
        () ->
            new PublishedScheduler(
                schedule(file),
                PREDICTIONS.get(prediction),
                file.number("steps_offset", 0),
                file.truth("set_alpha_to_one", true)));
  }

  /** Samplers have the spacing of their class in diffusers 0.13, when files did not state it. */
  private static void requireSpacing(ForeignFields file, String name) {
    String usual = Set.of("DDIMScheduler", "PNDMScheduler").contains(name) ? "leading" : "linspace";
    file.requireOnly(SPACING, usual);
  }

  private static NoiseSchedule schedule(ForeignFields file) {
    if (file.has("trained_betas")) {
      List<Double> betas = file.fractions("trained_betas");
      return NoiseSchedule.ofBetas(betas.stream().mapToDouble(Double::doubleValue).toArray());
    }
    int timesteps = file.number("num_train_timesteps", 1000);
    double start = file.fraction("beta_start", 0.0001);
    double end = file.fraction("beta_end", 0.02);
    String kind = file.text("beta_schedule", "linear");
    return switch (kind) {
      case "linear" -> NoiseSchedule.linear(start, end, timesteps);
      case "scaled_linear" -> NoiseSchedule.scaledLinear(start, end, timesteps);
      default ->
          throw file.malformed("a beta_schedule of linear or scaled_linear", "'" + kind + "'");
    };
  }

  /**
   * A solver as diffusers has it with this file.
   *
   * @param method which one
   * @return the scheduler; only DDIM has its end from the file
   * @throws IllegalArgumentException for DDIM with another offset than the published one, 1
   */
  public LatentScheduler scheduler(LatentScheduler.Method method) {
    LatentScheduler published = LatentScheduler.published(method);
    if (method != LatentScheduler.Method.DDIM) {
      return published;
    }
    if (stepsOffset != PUBLISHED_OFFSET) {
      throw new IllegalArgumentException(
          "steps_offset: expected "
              + PUBLISHED_OFFSET
              + " for DDIM but was "
              + stepsOffset
              + "; take another solver");
    }
    return published.withEnd(
        alphaToOne ? LatentScheduler.End.CLEAN : LatentScheduler.End.TIMESTEP_0);
  }
}
