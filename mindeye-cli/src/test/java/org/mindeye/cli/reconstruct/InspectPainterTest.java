// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;

class InspectPainterTest {
  @TempDir private Path place;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = SmallPainter.write(place.resolve("versatile-diffusion"), 32);
  }

  @Test
  void should_say_what_a_painter_is() {
    CommandRun whole = CommandRun.of("inspect", folder);
    assertThat(whole.err()).isEmpty();
    assertThat(whole.code()).isZero();
    assertThat(whole.out())
        .contains(folder + ": the folder of a painter")
        .contains("is: a painter, as published by shi-labs/versatile-diffusion: from 5x8 CLIP")
        .contains("tokens, 8 x 8 pixels")
        .contains("is: UNet: channels [8, 16], 2 heads, 4 x 4 x 4 latents")
        .contains("is: noise: scaled linear from 8.5E-4 to 0.012 over 1000 timesteps, predicts EPS")
        .containsPattern(
            "image_unet: diffusion_pytorch_model.fp16.safetensors: \\d+ tensors, [\\d,]+ parameters,"
                + " FLOAT16")
        .contains("image_encoder: " + folder.resolve("image_encoder") + ": no weights")
        .doesNotContain("cannot be used");
  }

  @Test
  void should_say_what_is_missing() throws IOException {
    Files.delete(folder.resolve("vae/diffusion_pytorch_model.fp16.safetensors"));
    CommandRun part = CommandRun.of("inspect", folder);
    assertThat(part.code()).isZero();
    assertThat(part.out())
        .contains("cannot be used as it is: " + folder + ": missing: vae (no weights: expected")
        .contains("Get it from the same folder of shi-labs/versatile-diffusion")
        .contains("image_unet: diffusion_pytorch_model");
    JsonNode json = new ObjectMapper().readTree(CommandRun.of("inspect", folder, "--json").out());
    assertThat(json.get("problem").asText()).contains("missing: vae");
    assertThat(json.at("/parts/image_unet").asText()).contains("FLOAT16");
  }

  @Test
  void should_list_the_tensors_of_a_part() {
    CommandRun vae = CommandRun.of("inspect", folder.resolve("vae"));
    assertThat(vae.out())
        .startsWith(
            folder.resolve("vae/diffusion_pytorch_model.fp16.safetensors") + ": safetensors")
        .contains("decoder.conv_in.weight");
  }
}
