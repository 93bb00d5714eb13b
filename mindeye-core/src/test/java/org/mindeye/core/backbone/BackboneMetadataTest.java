// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.testkit.FreshManager;

class BackboneMetadataTest {
  private static final BackboneConfig PLAIN =
      BackboneConfig.paper(7)
          .withHidden(8)
          .withBlocks(2)
          .withSpace(new ClipSpace(3, 4))
          .withProjector(16)
          .withDropout(0.1, 0.2)
          .withoutResiduals();

  /** As schema 1 had it. */
  private static final String FLAT =
      "{\"backbone\":{\"voxels\":7,\"hidden\":8,\"blocks\":2,\"residuals\":false,\"space\":"
          + "{\"tokens\":3,\"width\":4},\"norm\":\"LAYER_NORM_GELU\",\"activationFirst\":false,"
          + "\"projector\":true,\"projectorWidth\":16,\"inputDropout\":0.1,\"blockDropout\":0.2},"
          + "\"process\":{\"steps\":[1,2]}}";

  private static final String NOTED =
      "{\"schema\":3,\"backbone\":{\"voxels\":7,\"space\":{\"tokens\":3,\"width\":4},\"trunk\":"
          + "{\"hidden\":8,\"blocks\":2,\"residuals\":false,\"norm\":\"LAYER_NORM_GELU\","
          + "\"activationFirst\":false,\"inputDropout\":0.1,\"blockDropout\":0.2},"
          + "\"projector\":{\"width\":16}},\"process\":{\"steps\":[1,2]}}";

  @TempDir private Path folder;
  @FreshManager private NDManager owner;

  private static ResidualMlpBackbone network(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  private Path saved(BackboneConfig config, String noted) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (ResidualMlpBackbone backbone = network(config)) {
      WeightFiles.write(file, backbone, Map.of(BackboneConfig.METADATA, noted));
    }
    return file;
  }

  private float[] tokens(BackboneEncoder encoder) {
    VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(2).normal(owner, new Shape(2, 7)));
    return encoder.encode(voxels, owner).tokens().array().toFloatArray();
  }

  @Test
  void should_give_the_tokens_of_the_network_that_was_saved() throws IOException {
    for (String noted : new String[] {NOTED, FLAT}) {
      Path file = saved(PLAIN, noted);
      try (BackboneEncoder loaded = BackboneEncoder.load(file, Device.cpu());
          BackboneEncoder written = BackboneEncoder.of(network(PLAIN))) {
        assertThat(tokens(loaded)).isEqualTo(tokens(written));
      }
      try (var weights = WeightFiles.open(file)) {
        assertThat(BackboneConfig.of(weights)).isEqualTo(PLAIN);
      }
    }
  }

  /** Shapes do not tell residuals: another subject's start, and a configuration of the caller's. */
  @Test
  void should_refuse_a_given_configuration_with_other_residuals_than_noted() throws IOException {
    BackboneConfig residual =
        BackboneConfig.paper(7)
            .withHidden(8)
            .withBlocks(2)
            .withSpace(new ClipSpace(3, 4))
            .withProjector(16);
    BackboneConfig other =
        new BackboneConfig(9, residual.space(), residual.trunk(), residual.projector());
    try (StateDict file = WeightFiles.open(saved(PLAIN, NOTED))) {
      List<ThrowingCallable> calls =
          List.of(
              () -> ResidualMlpBackbone.load(file, residual, Device.cpu()),
              () -> start(file, residual),
              () -> start(file, other));
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call)
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining(
                "metadata mindeye.model: expected residuals true, as in the configuration given,"
                    + " but found residuals false; give that");
      }
      ResidualMlpBackbone.load(file, residual.withoutResiduals(), Device.cpu()).close();
      start(file, other.withoutResiduals()).close();
    }
  }

  private static ResidualMlpBackbone start(StateDict file, BackboneConfig config) {
    return ResidualMlpBackbone.startFrom(file, config, Device.cpu(), NoiseSource.seeded(1));
  }

  /** The width of a projector that is not there was noted all the same. */
  @Test
  void should_know_a_backbone_of_schema_1_without_projector() throws IOException {
    String without = FLAT.replace("\"projector\":true", "\"projector\":false");
    Path file = saved(PLAIN.withoutProjector(), without);
    try (var weights = WeightFiles.open(file)) {
      assertThat(BackboneConfig.of(weights)).isEqualTo(PLAIN.withoutProjector());
    }
  }

  @Test
  void should_refuse_a_document_of_schema_1_that_lacks_a_key() throws IOException {
    for (Broken broken : BrokenDocuments.of(FLAT, "process")) {
      assertRefused(PLAIN, broken.json(), "metadata mindeye.model: ");
    }
  }

  private void assertRefused(BackboneConfig config, String noted, String message)
      throws IOException {
    Path file = saved(config, noted);
    assertThatThrownBy(() -> BackboneEncoder.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void should_refuse_metadata_that_the_shapes_contradict() throws IOException {
    assertRefused(PLAIN.withBlocks(1), NOTED, "blocks=2");
    assertRefused(PLAIN.withHidden(9), NOTED, "hidden=9");
    assertRefused(PLAIN.withoutProjector(), NOTED, "projector=Projector[width=0]");
    assertRefused(PLAIN.withSpace(new ClipSpace(2, 4)), NOTED, "with 8 outputs");
    assertRefused(PLAIN, NOTED.replace("\"width\":4", "\"width\":6"), "a width of 6");
    assertRefused(PLAIN.withSpace(new ClipSpace(4, 3)), NOTED, "projector.0.weight");
  }

  @Test
  void should_name_the_key_that_is_missing_null_or_unknown() throws IOException {
    Path file = folder.resolve("noted.safetensors");
    try (ResidualMlpBackbone backbone = network(PLAIN)) {
      for (Broken broken : BrokenDocuments.of(NOTED, "schema", "process")) {
        WeightFiles.write(file, backbone, Map.of(BackboneConfig.METADATA, broken.json()));
        assertThatThrownBy(() -> BackboneEncoder.load(file, Device.cpu()))
            .as(broken.toString())
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining("noted.safetensors: metadata mindeye.model: ")
            .hasMessageContaining(broken.key());
      }
    }
    assertRefused(PLAIN, NOTED.replace("\"norm\"", "\"gnom\""), "unknown [backbone.trunk.gnom]");
    assertRefused(
        PLAIN,
        NOTED.replace("LAYER_NORM_GELU", "NONE"),
        "backbone.trunk.norm: expected one of [LAYER_NORM_GELU, ");
    assertRefused(
        PLAIN,
        NOTED.replace("\"blocks\":2", "\"blocks\":\"two\""),
        "backbone.trunk.blocks: expected a whole");
    assertRefused(PLAIN, NOTED.replace("\"residuals\":false", "\"residuals\":0"), "true or false");
    assertRefused(PLAIN, NOTED.replace("\"blocks\":2", "\"blocks\":-2"), "blocks: expected 0");
    assertRefused(PLAIN, "[]", "expected a JSON object with fields of [backbone, ");
    assertRefused(PLAIN, "{\"backbone\"", "expected a JSON object");
    assertRefused(PLAIN, "{}", "expected the field 'backbone' but found none");
  }
}
