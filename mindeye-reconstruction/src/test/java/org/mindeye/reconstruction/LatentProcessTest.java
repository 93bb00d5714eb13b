// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.unet.ConditionalUnet;

class LatentProcessTest {
  private static final LatentProcess VELOCITY =
      new LatentProcess(500, 0.001, 0.02, PredictionType.V_PREDICTION);

  @TempDir private Path folder;

  private Path write(Map<String, String> more) throws IOException {
    Path file = folder.resolve("unet.safetensors");
    try (ConditionalUnet unet = Toys.unet()) {
      Map<String, String> notes = new HashMap<>(unet.config().metadata());
      notes.putAll(more);
      WeightFiles.write(file, unet, notes);
    }
    return file;
  }

  private static LatentProcess read(Path file) throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      return LatentProcess.of(weights);
    }
  }

  @Test
  void should_be_read_as_it_was_noted() throws IOException {
    assertThat(read(write(VELOCITY.metadata()))).isEqualTo(VELOCITY);
  }

  /** Files of earlier versions note the shape alone, and published ones nothing. */
  @Test
  void should_be_stable_diffusions_where_nothing_is_noted() throws IOException {
    assertThat(read(write(Map.of()))).isEqualTo(LatentProcess.stableDiffusion());
    assertThat(LatentProcess.stableDiffusion().prediction()).isEqualTo(PredictionType.EPSILON);
    assertThat(LatentProcess.stableDiffusion().scheduler())
        .isEqualTo(PublishedScheduler.stableDiffusion());
  }

  @Test
  void should_be_what_a_painter_samples_by() throws IOException {
    Path unet = write(VELOCITY.metadata());
    Path autoencoder = folder.resolve("autoencoder.safetensors");
    try (AutoencoderKl network = Toys.autoencoder()) {
      WeightFiles.write(autoencoder, network, network.config().metadata());
    }
    try (VersatileDiffusionDecoder painter =
        VersatileDiffusionDecoder.load(unet, autoencoder, Precision.FLOAT32, Device.cpu())) {
      assertThat(painter.config()).isEqualTo(PainterConfig.trained(VELOCITY));
      assertThat(painter.config().process().schedule())
          .isEqualTo(NoiseSchedule.scaledLinear(0.001, 0.02, 500));
      assertThat(painter.config().process().prediction()).isEqualTo(PredictionType.V_PREDICTION);
      assertThat(painter.config().startPixels()).isEqualTo(StartPixels.UNIT);
      assertThat(painter.config().scheduler().end()).isEqualTo(LatentScheduler.End.CLEAN);
    }
  }

  @Test
  void should_refuse_notes_that_say_something_else() throws IOException {
    assertThatThrownBy(() -> read(write(Map.of(LatentProcess.METADATA, "{\"timesteps\": 10}"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("metadata mindeye.unet.process")
        .hasMessageContaining("betaStart");
    String unknown =
        VELOCITY.metadata().get(LatentProcess.METADATA).replace("V_PREDICTION", "SPEED");
    assertThatThrownBy(() -> read(write(Map.of(LatentProcess.METADATA, unknown))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("prediction")
        .hasMessageContaining("SPEED");
  }

  @Test
  void should_refuse_what_is_no_process() {
    assertThatThrownBy(() -> new LatentProcess(1, 0.001, 0.02, PredictionType.EPSILON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> new LatentProcess(10, 0, 0.02, PredictionType.EPSILON))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
