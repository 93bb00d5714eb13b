// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.LatentScheduler.Method;

class PublishedSchedulerTest {
  /** As published beside Versatile Diffusion. */
  private static final String JSON =
      """
      {"_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012,
       "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": false,
       "num_train_timesteps": 1000, "set_alpha_to_one": false, "steps_offset": 1,
       "trained_betas": null}""";

  @TempDir private Path folder;

  private PublishedScheduler read(String json) throws IOException {
    return PublishedScheduler.read(Files.writeString(folder.resolve("s.json"), json));
  }

  private PublishedScheduler with(String fields) throws IOException {
    return read(JSON.replace("\"trained_betas\": null", fields));
  }

  @Test
  void should_read_the_published_file() throws IOException {
    assertThat(read(JSON)).isEqualTo(PublishedScheduler.stableDiffusion());
  }

  @Test
  void should_make_solvers_as_diffusers_does_with_the_file() throws IOException {
    assertThat(read(JSON).scheduler(Method.UNIPC)).isEqualTo(LatentScheduler.paper());
    assertThat(read(JSON).scheduler(Method.DDIM)).isEqualTo(LatentScheduler.published(Method.DDIM));
    PublishedScheduler clean = read(JSON.replace("alpha_to_one\": false", "alpha_to_one\": true"));
    assertThat(clean.scheduler(Method.DDIM))
        .isEqualTo(LatentScheduler.published(Method.DDIM).withEnd(LatentScheduler.End.CLEAN));
    assertThat(clean.scheduler(Method.DPM_SOLVER))
        .isEqualTo(LatentScheduler.published(Method.DPM_SOLVER));
    PublishedScheduler shifted = read(JSON.replace("offset\": 1", "offset\": 0"));
    assertThat(shifted.scheduler(Method.UNIPC)).isEqualTo(LatentScheduler.paper());
    assertThatThrownBy(() -> shifted.scheduler(Method.DDIM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps_offset: expected 1 for DDIM but was 0; take another solver");
  }

  @Test
  void should_read_that_of_image_variations() throws IOException {
    String other = JSON.replace("DDIMScheduler", "PNDMScheduler");
    assertThat(read(other.replace("\"clip_sample\": false", "\"skip_prk_steps\": true")))
        .isEqualTo(PublishedScheduler.stableDiffusion());
  }

  @Test
  void should_honour_another_process() throws IOException {
    PublishedScheduler linear =
        read(
            """
            {"beta_schedule": "linear", "num_train_timesteps": 50, "prediction_type":
             "v_prediction", "clip_sample": false}""");
    assertThat(linear)
        .isEqualTo(
            new PublishedScheduler(
                NoiseSchedule.linear(0.0001, 0.02, 50), PredictionType.V_PREDICTION, 0, true));
    assertThat(with("\"trained_betas\": [0.1, 0.2]").schedule())
        .isEqualTo(NoiseSchedule.ofBetas(0.1, 0.2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'trained_betas': 1 | a list as 'trained_betas' but found 1",
        "'prediction_type': 'flow' | sample or v_prediction but found 'flow'",
        "'rescale_betas_zero_snr': true | that this library knows but found 'rescale_betas_zero",
        "'thresholding': true | that this library knows but found 'thresholding': true",
        "'timestep_spacing': 'trailing' | timestep_spacing leading, the only one",
        "'solver_type': 'heun' | solver_type midpoint, the only one that is supported, but found",
        "'solver_order': 3 | solver_order 2, the only one that is supported, but found 3",
        "'disable_corrector': [0] | disable_corrector [] but found [0]",
      })
  void should_refuse_what_would_change_the_sampling(String field, String message) {
    assertThatThrownBy(() -> with(field.replace('\'', '"')))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(folder.resolve("s.json") + ": expected ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "scaled_linear | squaredcos_cap_v2 | of linear or scaled_linear but found 'squaredcos",
        "clip_sample\": false | clip_sample\": true | clip_sample false, as of latents",
        "\"clip_sample\": false, | | clip_sample false, as of latents, but found true",
        "0.012 | 2 | a diffusion process but found",
        "1000 | 1 | a diffusion process but found timesteps: expected at least 2 but was 1",
        "offset\": 1 | offset\": -1 | a diffusion process but found stepsOffset",
      })
  void should_refuse_another_process(String from, String to, String message) {
    assertThat(JSON).contains(from);
    assertThatThrownBy(() -> read(JSON.replace(from, to == null ? "" : to)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }
}
