// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.testkit.NumberedCheckpoint;

/** The published model's weights, all 3.8 GB of them, through both formats. */
@Tag("full-size")
class FullSizeWeightsTest {
  private static final BackboneConfig MODEL = BackboneConfig.paper(15_724);

  @TempDir private Path folder;

  @Test
  void should_load_the_published_model_from_a_checkpoint_and_from_safetensors() throws IOException {
    Path checkpoint = folder.resolve("model.pth");
    try (ResidualMlpBackbone declared = new ResidualMlpBackbone(MODEL)) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      for (Parameter each : declared.getParameters().values()) {
        shapes.put("voxel2clip." + each.getName(), each.getShape());
      }
      NumberedCheckpoint.write(checkpoint, shapes);
    }
    Path safetensors = folder.resolve("model.safetensors");
    String digest;
    try (TorchCheckpoint file = TorchCheckpoint.open(checkpoint);
        StateDict weights = StateDict.of(file.stateDict());
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, Device.cpu())) {
      assertThat(backbone.config()).isEqualTo(MODEL);
      assertThat(backbone.parameterCount()).isEqualTo(947_579_904L);
      requireNumbered(backbone);
      digest = WeightDigest.sha256(backbone);
      WeightFiles.write(safetensors, backbone, Map.of());
    }
    try (StateDict weights = WeightFiles.open(safetensors);
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, Device.cpu())) {
      requireNumbered(backbone);
      assertThat(WeightDigest.sha256(backbone)).isEqualTo(digest);
    }
  }

  /** Every element of a parameter is its number: a tensor in the wrong place shows. */
  private static void requireNumbered(ResidualMlpBackbone backbone) {
    int number = 0;
    for (Parameter parameter : backbone.getParameters().values()) {
      number++;
      try (NDArray least = parameter.getArray().min();
          NDArray most = parameter.getArray().max()) {
        assertThat(least.getFloat()).as(parameter.getName()).isEqualTo(number);
        assertThat(most.getFloat()).as(parameter.getName()).isEqualTo(number);
      }
    }
  }
}
