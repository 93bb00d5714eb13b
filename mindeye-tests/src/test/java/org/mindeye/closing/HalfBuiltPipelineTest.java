// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.testkit.LeakCheck;

/** A pipeline in one expression, the loads within it, of which the second one fails. */
class HalfBuiltPipelineTest {
  private static final Device CPU = Device.cpu();

  @Test
  void should_not_leave_the_weights_of_the_first_stage_open(@TempDir Path folder)
      throws IOException {
    Path weights = folder.resolve("backbone.safetensors");
    Path missing = folder.resolve("prior.safetensors");
    BackboneConfig config =
        BackboneConfig.paper(7).withHidden(8).withSpace(new ClipSpace(3, 4)).withProjector(16);
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(CPU, NoiseSource.seeded(1));
      WeightFiles.write(weights, backbone, Map.of());
    }
    LeakCheck.assertNoLeak(
        3,
        () ->
            assertThatThrownBy(
                    () ->
                        MindEyePipeline.builder(CPU)
                            .encoder(() -> BackboneEncoder.load(weights, CPU))
                            .prior(() -> DiffusionPrior.load(missing, CPU))
                            .retriever(
                                () -> {
                                  throw new AssertionError("opened although the prior failed");
                                })
                            .build())
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString()));
  }
}
