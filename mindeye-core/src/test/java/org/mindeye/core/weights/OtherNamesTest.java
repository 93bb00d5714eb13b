// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.nn.AttentionConfig;
import org.mindeye.core.nn.AttentionNames;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.MultiHeadAttention;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;

/** Files that call a parameter otherwise than the network that reads them. */
class OtherNamesTest {
  private static final Device CPU = Device.cpu();

  @FreshManager private NDManager manager;

  @TempDir private Path folder;

  private static final class Attentive extends Network {
    Attentive(AttentionNames names, DataType type) {
      super(type);
      new MultiHeadAttention(
          scope().child("mid_block").child("attentions").child(0),
          AttentionConfig.self(4, 1, names));
    }

    static Attentive drawn(AttentionNames names) {
      Attentive network = new Attentive(names, DataType.FLOAT32);
      network.initialize(CPU, NoiseSource.seeded(3));
      return network;
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private Path saved(Map<String, NDArray> tensors) throws IOException {
    Path file = folder.resolve("attention.safetensors");
    WeightFiles.write(file, tensors, Map.of());
    return file;
  }

  private static Map<String, NDArray> changed(Network network, UnaryOperator<NDArray> ofWeights) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    network
        .arrays()
        .forEach(
            (name, array) ->
                tensors.put(name, name.endsWith("weight") ? ofWeights.apply(array) : array));
    return tensors;
  }

  private static void assertSameNumbers(Network actual, Network expected) {
    assertThat(actual.arrays().values())
        .extracting(NDArray::toFloatArray)
        .containsExactlyElementsOf(
            expected.arrays().values().stream().map(NDArray::toFloatArray).toList());
  }

  @Test
  void should_declare_the_published_names() {
    String place = "mid_block.attentions.0.";
    assertThat(new Attentive(AttentionNames.DIFFUSERS, DataType.FLOAT32).getParameters().keys())
        .startsWith(place + "to_q.weight", place + "to_q.bias", place + "to_k.weight")
        .endsWith(place + "to_out.0.weight", place + "to_out.0.bias")
        .hasSize(8);
    assertThat(
            new Attentive(AttentionNames.DIFFUSERS_2022, DataType.FLOAT32).getParameters().keys())
        .startsWith(place + "query.weight", place + "query.bias", place + "key.weight")
        .endsWith(place + "proj_attn.weight", place + "proj_attn.bias");
    assertThat(new Attentive(AttentionNames.CLIP, DataType.FLOAT32).otherNames()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = AttentionNames.class,
      names = {"DIFFUSERS", "DIFFUSERS_2022", "LATENT_DIFFUSION"})
  void should_load_each_spelling_into_each(AttentionNames published) throws IOException {
    try (Attentive written = Attentive.drawn(published);
        StateDict file = WeightFiles.open(saved(written.arrays()))) {
      for (AttentionNames names :
          new AttentionNames[] {AttentionNames.DIFFUSERS, AttentionNames.DIFFUSERS_2022}) {
        try (Attentive loaded =
                WeightBinder.strict().load(file, new Attentive(names, DataType.FLOAT32), CPU);
            Attentive replaced = new Attentive(names, DataType.FLOAT32)) {
          assertSameNumbers(loaded, written);
          replaced.allocate(CPU);
          WeightBinder.strict().copyInto(file, replaced);
          assertSameNumbers(replaced, written);
        }
      }
    }
  }

  @Test
  void should_read_maps_that_are_saved_as_convolutions() throws IOException {
    try (Attentive written = Attentive.drawn(AttentionNames.LATENT_DIFFUSION);
        StateDict file = WeightFiles.open(saved(changed(written, w -> w.reshape(4, 4, 1, 1))));
        Attentive loaded =
            WeightBinder.strict()
                .load(file, new Attentive(AttentionNames.DIFFUSERS, DataType.FLOAT32), CPU);
        Attentive brain =
            WeightBinder.strict()
                .load(file, new Attentive(AttentionNames.DIFFUSERS, DataType.BFLOAT16), CPU)) {
      assertSameNumbers(loaded, written);
      String name = "mid_block.attentions.0.to_v.weight";
      NDArray rounded = DataTypes.convert(loaded.arrays().get(name), DataType.BFLOAT16);
      assertThat(brain.arrays().get(name).toByteBuffer(true)).isEqualTo(rounded.toByteBuffer(true));
    }
  }

  @Test
  void should_draw_only_what_has_neither_name() throws IOException {
    try (Attentive written = Attentive.drawn(AttentionNames.DIFFUSERS_2022);
        StateDict file = WeightFiles.open(saved(written.arrays()));
        Attentive loaded =
            WeightBinder.strict()
                .mayBeMissing("*")
                .load(
                    file,
                    new Attentive(AttentionNames.DIFFUSERS, DataType.FLOAT32),
                    CPU,
                    NoiseSource.seeded(9))) {
      assertSameNumbers(loaded, written);
    }
  }

  @Test
  void should_refuse_a_file_with_both_names() throws IOException {
    try (Attentive written = Attentive.drawn(AttentionNames.DIFFUSERS)) {
      Map<String, NDArray> tensors = written.arrays();
      tensors.put("mid_block.attentions.0.query.bias", manager.zeros(new Shape(4)));
      try (StateDict file = WeightFiles.open(saved(tensors))) {
        assertThatThrownBy(
                () ->
                    WeightBinder.strict()
                        .load(file, new Attentive(AttentionNames.DIFFUSERS, DataType.FLOAT32), CPU))
            .isInstanceOf(WeightMismatchException.class)
            .hasMessageContaining("mid_block.attentions.0.query.bias");
      }
    }
  }

  @Test
  void should_refuse_another_shape_under_another_name() throws IOException {
    try (Attentive written = Attentive.drawn(AttentionNames.DIFFUSERS_2022);
        StateDict file = WeightFiles.open(saved(changed(written, w -> w.reshape(2, 8))))) {
      assertThatThrownBy(
              () ->
                  WeightBinder.strict()
                      .load(file, new Attentive(AttentionNames.DIFFUSERS, DataType.FLOAT32), CPU))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("to_q.weight FLOAT32 (2, 8) in the file, float32 (4, 4)");
    }
  }
}
