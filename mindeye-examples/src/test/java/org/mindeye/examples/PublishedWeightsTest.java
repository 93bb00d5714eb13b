// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;

class PublishedWeightsTest {
  @Test
  void should_find_the_architecture_in_the_file(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("backbone.safetensors");
    BackboneConfig config =
        BackboneConfig.paper(70).withHidden(16).withSpace(new ClipSpace(3, 8)).withProjector(24);
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, backbone, Map.of());
    }

    assertThat(PublishedWeights.describe(file)).isEqualTo("70 voxels to 3x8 CLIP tokens");
  }

  @Test
  void should_sample_the_prior_of_a_whole_model(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("last.safetensors");
    ClipSpace space = new ClipSpace(3, 8);
    TransformerConfig layers = TransformerConfig.paper().withSize(2, 2, 4);
    try (ResidualMlpBackbone backbone =
            new ResidualMlpBackbone(
                BackboneConfig.paper(70).withHidden(16).withSpace(space).withProjector(24));
        PriorNetwork prior = new PriorNetwork(new PriorConfig(space, layers));
        NDManager manager = Torch.newManager(Device.cpu())) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      prior.initialize(Device.cpu(), NoiseSource.seeded(2));
      Map<String, NDArray> model = new LinkedHashMap<>();
      backbone.arrays().forEach((name, array) -> model.put("voxel2clip." + name, array));
      prior.arrays().forEach((name, array) -> model.put("net." + name, array));
      WeightFiles.write(file, model, Map.of());

      VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(3).normal(manager, new Shape(1, 70)));
      float[] first = PublishedWeights.imagine(file, voxels, Device.cpu());
      assertThat(first).hasSize(24).doesNotContain(Float.NaN);
      assertThat(PublishedWeights.imagine(file, voxels, Device.cpu())).isEqualTo(first);
    }
  }
}
