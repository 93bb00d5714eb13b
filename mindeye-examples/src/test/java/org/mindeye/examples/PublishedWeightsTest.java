package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.Safetensors;

class PublishedWeightsTest {
  @Test
  void should_find_the_architecture_in_the_file(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("backbone.safetensors");
    BackboneConfig config =
        BackboneConfig.paper(70).withHidden(16).withSpace(new ClipSpace(3, 8)).withProjector(24);
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      Safetensors.write(file, backbone, Map.of());
    }

    assertThat(PublishedWeights.describe(file)).isEqualTo("70 voxels to 3x8 CLIP tokens");
  }
}
