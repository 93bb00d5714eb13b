// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.recognition.KnownModel.Kind;

class KnownModelsTest {
  private static final ClipSpace SPACE = new ClipSpace(5, 8);
  private static final BackboneConfig BACKBONE =
      BackboneConfig.paper(9).withHidden(16).withBlocks(1).withSpace(SPACE).withProjector(12);
  private static final PriorConfig PRIOR =
      new PriorConfig(SPACE, TransformerConfig.paper().withSize(1, 2, 4));
  private static final ModelConfig JOINT =
      ModelConfig.of(BACKBONE, PRIOR, DiffusionConfig.paper(SPACE.width()));

  @TempDir private Path folder;

  private static List<KnownModel> in(Path file) throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      return KnownModels.in(weights);
    }
  }

  private Path written(ModelConfig shape) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (MindEyeModel model = shape.initialized(Device.cpu(), 1);
        NDManager small = Torch.newManager(Device.cpu())) {
      WeightFiles.write(file, model.tensors(small), Map.of());
    }
    return file;
  }

  @Test
  void should_give_the_shapes_of_backbone_and_prior() throws IOException {
    List<KnownModel> found = in(written(JOINT));
    assertThat(found).extracting(KnownModel::kind).containsExactly(Kind.BACKBONE, Kind.TOKEN_PRIOR);
    assertThat(found).extracting(KnownModel::config).containsExactly(BACKBONE, PRIOR);
    assertThat(found.get(0).description())
        .isEqualTo(
            "MindEye backbone 5x8: 9 voxels, hidden 16, 1 block, LAYER_NORM_GELU, projector 12");
    assertThat(found.get(1).description())
        .isEqualTo("diffusion prior 5x8: 1 layer, 2 heads of 4, 100 timesteps");
    assertThat(in(written(ModelConfig.of(BACKBONE))).get(1))
        .isEqualTo(KnownModel.note("no diffusion prior"));
  }

  @Test
  void should_give_the_shape_of_a_tower_and_what_is_assumed_of_it() throws IOException {
    VisionTransformerConfig shape =
        new VisionTransformerConfig(
            64, 128, 1, 1, new PatchGrid(32, 16), 8, Nonlinearity.QUICK_GELU);
    Path file = folder.resolve("clip.safetensors");
    try (ClipVisionTransformer tower = new ClipVisionTransformer(shape)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, tower, shape.metadata());
    }
    List<KnownModel> found = in(file);
    assertThat(found).extracting(KnownModel::kind).containsExactly(Kind.IMAGE_TOWER, Kind.NOTE);
    assertThat(found.get(0).config()).isEqualTo(shape);
    assertThat(found.get(1).description())
        .isEqualTo("CLIP configuration: 1 head and QUICK_GELU, from its metadata");
  }

  /** Small networks, too: "1 block", never "1 blocks". */
  @Test
  void should_count_in_english() throws IOException {
    ClipSpace one = new ClipSpace(1, 8);
    PriorConfig prior = new PriorConfig(one, TransformerConfig.paper().withSize(1, 1, 4));
    BackboneConfig backbone =
        BackboneConfig.paper(1).withHidden(16).withBlocks(1).withSpace(one).withProjector(12);
    List<KnownModel> known =
        in(written(ModelConfig.of(backbone, prior, DiffusionConfig.paper(one.width()))));
    assertThat(known)
        .extracting(KnownModel::description)
        .allSatisfy(sentence -> assertThat(sentence).doesNotContainPattern("\\b1 \\w+s\\b"))
        .anySatisfy(sentence -> assertThat(sentence).contains("1 voxel,", "1 block,"))
        .anySatisfy(sentence -> assertThat(sentence).contains("1 layer, 1 head of"));
  }

  @Test
  void should_know_nothing_of_other_tensors() throws IOException {
    Path file = folder.resolve("other.safetensors");
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      WeightFiles.write(
          file,
          Map.of("some.weight", Torch.copy(manager, new float[] {1, 2}, new Shape(2))),
          Map.of());
    }
    assertThat(in(file)).isEmpty();
  }
}
