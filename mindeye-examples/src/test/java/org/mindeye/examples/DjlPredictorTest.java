// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.LeakCheck;

class DjlPredictorTest {
  @Test
  void should_say_what_the_encoder_says(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("backbone.safetensors");
    BackboneConfig config =
        BackboneConfig.paper(70).withHidden(16).withSpace(new ClipSpace(3, 8)).withProjector(24);
    float[] voxels = new float[70];
    NoiseSource.seeded(3).normal(voxels);
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, backbone, Map.of());
    }
    float[] expected;
    try (BackboneEncoder encoder = BackboneEncoder.load(file, Device.cpu());
        NDManager manager = Torch.newManager(Device.cpu())) {
      VoxelBatch batch = VoxelBatch.of(Torch.copy(manager, voxels, new Shape(1, 70)));
      expected = encoder.encode(batch, manager).projected().array().toFloatArray();
    }
    assertThat(DjlPredictor.embed(file, voxels)).containsExactly(expected, within(1e-6f));
    LeakCheck.Census before = LeakCheck.census();
    float[] damaged = voxels.clone();
    damaged[3] = Float.NaN;
    assertThatThrownBy(() -> DjlPredictor.embed(file, damaged))
        .isInstanceOf(TranslateException.class)
        .rootCause()
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith("voxels: expected finite numbers but 1 are NaN or infinite");
    DjlPredictor.embed(file, voxels);
    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
