// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.NumberedCheckpoint;

class UnetLoadingTest {
  /** With the numbers that shapes do not tell as published ones. */
  private static final ConditionalUnetConfig LIKE_PUBLISHED =
      new ConditionalUnetConfig(
          new UnetStages(List.of(32, 64), List.of(true, false), 1, 32),
          8,
          new ClipSpace(257, 6),
          4,
          64);

  private static final ConditionalUnetConfig OWN = MiniUnet.tiny();
  private static final String MIDDLE = "mid_block.attentions.0.";

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("unet.safetensors");
  }

  private static void write(Path file, ConditionalUnetConfig shape, Map<String, String> metadata)
      throws IOException {
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(shape))) {
      WeightFiles.write(file, network, metadata);
    }
  }

  private ConditionalUnetConfig read() throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      return ConditionalUnetConfig.of(weights);
    }
  }

  @Test
  void should_read_what_a_file_notes() throws IOException {
    write(file, OWN, OWN.metadata());
    assertThat(read()).isEqualTo(OWN);
    try (ConditionalUnet network = ConditionalUnet.load(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(OWN);
    }
  }

  /** A document of its first schema, word for word, as later versions have to read it too. */
  @Test
  void should_read_schema_2() throws IOException {
    String json =
        "{\"schema\":3,\"stages\":{\"channels\":[4,8],\"attention\":[false,true],\"blocks\":1,"
            + "\"groups\":2},\"heads\":2,\"condition\":{\"tokens\":3,\"width\":5},\"channels\":3,"
            + "\"side\":4}";
    write(file, OWN, Map.of("mindeye.unet", json));
    assertThat(read()).isEqualTo(OWN);
  }

  @Test
  void should_take_published_numbers_for_granted_where_nothing_is_noted() throws IOException {
    write(file, LIKE_PUBLISHED, Map.of());
    assertThat(read()).isEqualTo(LIKE_PUBLISHED);
  }

  @Test
  void should_refuse_channels_that_cannot_have_the_published_groups() throws IOException {
    write(file, OWN, Map.of());
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": expected channels that are multiples of the published 32 groups, or metadata"
                + " mindeye.unet that note others (give the configuration instead) but found"
                + " channels [4, 8] without metadata");
    try (StateDict weights = WeightFiles.open(file);
        ConditionalUnet network = ConditionalUnet.load(weights, OWN, Device.cpu())) {
      assertThat(network.config()).isEqualTo(OWN);
    }
  }

  @Test
  void should_refuse_metadata_that_the_tensors_contradict() throws IOException {
    for (UnetStages stages :
        List.of(
            new UnetStages(List.of(4, 8), List.of(false, true), 2, 2),
            new UnetStages(List.of(4, 8), List.of(true, true), 1, 2),
            new UnetStages(List.of(4, 16), List.of(false, true), 1, 2))) {
      requireContradiction(new ConditionalUnetConfig(stages, 2, OWN.condition(), 3, 4));
    }
    requireContradiction(OWN.withCondition(new ClipSpace(3, 6)));
    requireContradiction(new ConditionalUnetConfig(OWN.stages(), 2, OWN.condition(), 4, 4));
  }

  private void requireContradiction(ConditionalUnetConfig noted) throws IOException {
    write(file, OWN, noted.metadata());
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected tensors of " + noted + ", as its metadata says,");
  }

  @Test
  void should_refuse_notes_that_are_incomplete() throws IOException {
    write(file, OWN, Map.of("mindeye.unet", "{\"heads\":2,\"channels\":3,\"side\":4}"));
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("metadata mindeye.unet")
        .hasMessageContaining("missing [stages, condition]");
  }

  /** As Versatile Diffusion's dual-guided pipeline is saved. */
  @Test
  void should_load_the_images_half_of_a_dual_transformer() throws IOException {
    try (ConditionalUnet single = MiniUnet.drawn(new ConditionalUnet(LIKE_PUBLISHED))) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      single.arrays().forEach((name, array) -> addTwice(tensors, name, array));
      assertThat(tensors).hasSizeGreaterThan(single.getParameters().size());
      WeightFiles.write(file, tensors, Map.of());
      try (ConditionalUnet dual = ConditionalUnet.load(file, Device.cpu())) {
        assertThat(dual.config()).isEqualTo(LIKE_PUBLISHED);
        requireSame(dual, single);
      }
      tensors.remove(MIDDLE + "transformers.0.proj_out.bias");
      WeightFiles.write(file, tensors, Map.of());
      assertThatThrownBy(() -> ConditionalUnet.load(file, Device.cpu()))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining(MIDDLE + "proj_out.bias")
          .hasMessageNotContaining("transformers.1");
    }
  }

  private static void addTwice(Map<String, NDArray> tensors, String name, NDArray array) {
    String module = "(attentions\\.\\d+\\.)";
    UnaryOperator<String> in = which -> name.replaceFirst(module, "$1transformers." + which + ".");
    tensors.put(in.apply("0"), array);
    tensors.putIfAbsent(in.apply("1"), array.add(1));
  }

  private static void requireSame(ConditionalUnet found, ConditionalUnet expected) {
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(found.arrays().get(name).toFloatArray())
                    .as(name)
                    .containsExactly(array.toFloatArray()));
  }

  @Test
  void should_widen_half_precision() throws IOException {
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(LIKE_PUBLISHED))) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      network.arrays().forEach((name, a) -> halves.put(name, a.toType(DataType.FLOAT16, true)));
      WeightFiles.write(file, halves, Map.of());
      network
          .arrays()
          .forEach(
              (name, a) -> a.set(halves.get(name).toType(DataType.FLOAT32, true).toFloatArray()));
      try (ConditionalUnet loaded = ConditionalUnet.load(file, Device.cpu())) {
        requireSame(loaded, network);
      }
    }
  }

  @Test
  void should_refuse_linear_projections_by_name() throws IOException {
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(LIKE_PUBLISHED))) {
      Map<String, NDArray> tensors = new LinkedHashMap<>(network.arrays());
      tensors.replaceAll(
          (name, a) -> name.contains(".proj_in.weight") ? a.reshape(a.getShape().get(0), -1) : a);
      WeightFiles.write(file, tensors, Map.of());
    }
    String message =
        "tensor 'mid_block.attentions.0.proj_in.weight': expected a convolution of 1 x 1, as"
            + " Versatile Diffusion and Stable Diffusion 1 have it, but found a matrix: this is a"
            + " UNet with use_linear_projection, as of Stable Diffusion 2, which is not supported";
    assertThatThrownBy(() -> ConditionalUnet.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
    try (StateDict weights = WeightFiles.open(file)) {
      assertThatThrownBy(() -> ConditionalUnet.load(weights, LIKE_PUBLISHED, Device.cpu()))
          .hasMessageContaining(message);
    }
  }

  @Test
  void should_say_what_other_files_lack() throws IOException {
    Map<String, NDArray> other = Map.of("encoder.conv_in.weight", manager.ones(new Shape(2, 2)));
    WeightFiles.write(file, other, Map.of());
    assertThatThrownBy(() -> ConditionalUnet.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("down_blocks.0.resnets.0.conv1.weight")
        .hasMessageContaining("as a conditional UNet has it");
  }

  private void loadNumbered(ConditionalUnetConfig config) throws IOException {
    Path bin = folder.resolve("diffusion_pytorch_model.bin");
    Map<String, Object> shapes = new LinkedHashMap<>();
    try (ConditionalUnet declared = new ConditionalUnet(config)) {
      declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    }
    Map<String, Integer> numbers = NumberedCheckpoint.write(bin, shapes);
    try (ConditionalUnet network = ConditionalUnet.load(bin, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config);
      network
          .arrays()
          .forEach(
              (name, array) -> {
                try (NDArray least = array.min();
                    NDArray most = array.max()) {
                  assertThat(least.getFloat()).as(name).isEqualTo(numbers.get(name).floatValue());
                  assertThat(most.getFloat()).as(name).isEqualTo(numbers.get(name).floatValue());
                }
              });
    }
  }

  @Test
  void should_put_every_tensor_of_a_checkpoint_where_its_name_says() throws IOException {
    loadNumbered(LIKE_PUBLISHED);
  }

  /** 3.44 GB. */
  @Tag("full-size")
  @Test
  void should_load_the_published_network() throws IOException {
    loadNumbered(ConditionalUnetConfig.versatileDiffusion());
  }
}
