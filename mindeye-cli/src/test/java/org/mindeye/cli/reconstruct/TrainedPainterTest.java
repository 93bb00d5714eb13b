// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/** A painter of the user's own in a folder. */
class TrainedPainterTest {
  private static final ClipSpace SPACE = new ClipSpace(5, 8);
  private static final ConditionalUnetConfig UNET =
      new ConditionalUnetConfig(
          new UnetStages(List.of(8, 16), List.of(true, false), 1, 4), 2, SPACE, 4, 4);
  private static final AutoencoderConfig AUTOENCODER =
      new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 4, 1);

  @TempDir private Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  @BeforeEach
  void write() throws IOException {
    Map<String, String> notes = new HashMap<>(UNET.metadata());
    notes.putAll(
        LatentProcess.stableDiffusion().withPrediction(PredictionType.V_PREDICTION).metadata());
    try (ConditionalUnet unet = new ConditionalUnet(UNET);
        AutoencoderKl autoencoder = new AutoencoderKl(AUTOENCODER)) {
      unet.initialize(Device.cpu(), NoiseSource.seeded(1));
      autoencoder.initialize(Device.cpu(), NoiseSource.seeded(2));
      WeightFiles.write(file("unet.safetensors"), unet, notes);
      WeightFiles.write(file("autoencoder.safetensors"), autoencoder, AUTOENCODER.metadata());
    }
  }

  @Test
  void should_open_what_was_trained_with_its_process() throws IOException {
    PainterPlace painter = PainterPlace.open(folder);

    assertThat(painter).isInstanceOf(TrainedPainter.class).hasToString(folder.toString());
    assertThat(painter.unet()).isEqualTo(UNET);
    assertThat(painter.config().process().prediction()).isEqualTo(PredictionType.V_PREDICTION);
    assertThat(painter.files()).containsOnlyKeys("unet", "autoencoder");
    assertThat(painter.imageEncoder()).isEmpty();
    assertThat(painter.missingEncoder()).isEqualTo(folder + " has no clip.safetensors");
    Files.createFile(file("clip.safetensors"));
    assertThat(painter.imageEncoder()).contains(file("clip.safetensors"));
    painter.requireRuns(20);
    assertThatThrownBy(() -> painter.requireRuns(2000))
        .isInstanceOf(IllegalArgumentException.class);
    try (VersatileDiffusionDecoder decoder = painter.load(Precision.FLOAT32, Device.cpu())) {
      assertThat(decoder.config().process()).isEqualTo(painter.config().process());
      assertThat(decoder.space()).isEqualTo(SPACE);
    }
  }

  @Test
  void should_say_what_is_missing() throws IOException {
    Files.delete(file("autoencoder.safetensors"));
    assertThatThrownBy(() -> PainterPlace.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            folder
                + ": it has a unet.safetensors but no autoencoder.safetensors, whose latents that"
                + " paints; put it there");
  }

  @Test
  void should_refuse_another_network_in_the_place_of_the_unet() throws IOException {
    Files.copy(
        file("autoencoder.safetensors"),
        file("unet.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> PainterPlace.open(folder)).isInstanceOf(MindEyeException.class);
  }
}
