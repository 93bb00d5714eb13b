// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;

class WeightFolderTest {
  private static final String STEM = "diffusion_pytorch_model";
  private static final PublishedWeights WEIGHTS =
      PublishedWeights.of(
          Map.of(
              "conv.weight", new Shape(5, 7, 3, 3),
              "conv.bias", new Shape(5),
              "norm.weight", new Shape(300)));

  @TempDir private Path root;
  @FreshManager private NDManager manager;
  private Path folder;

  @BeforeEach
  void create() throws IOException {
    folder = Files.createDirectory(root.resolve("vae"));
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
  }

  private List<String> order() throws IOException {
    WeightFolder found = WeightFolder.at(folder);
    return Stream.concat(Stream.of(found.weights()), found.others().stream())
        .map(file -> folder.relativize(file).toString())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void should_read_the_same_bits_from_every_form(Form form) throws IOException {
    Path written = WEIGHTS.write(folder, STEM, form);
    assertThat(WeightFolder.at(folder).weights()).isEqualTo(written);
    try (StateDict weights = WeightFolder.at(folder).open()) {
      assertThat(weights.names()).hasSize(3);
      for (String name : weights.names()) {
        assertThat(weights.load(name, manager).toFloatArray()).isEqualTo(WEIGHTS.values(name));
      }
    }
  }

  @Test
  void should_name_the_files_that_it_reads() throws IOException {
    WEIGHTS.write(folder, STEM, Form.SHARDED_SAFETENSORS);
    WEIGHTS.write(folder, STEM, Form.SHARDED_BIN);
    WEIGHTS.write(folder, "model", Form.HALF_SAFETENSORS);
    touch(STEM + ".fp16-00001-of-00002.safetensors");
    String index = STEM + ".safetensors.index.json";
    assertThat(WeightFolder.filesAt(folder))
        .containsExactly(
            folder.resolve(index),
            folder.resolve(STEM + "-00001-of-00002.safetensors"),
            folder.resolve(STEM + "-00002-of-00002.safetensors"));
    Path file = WEIGHTS.write(folder, STEM, Form.SAFETENSORS);
    assertThat(WeightFolder.filesAt(folder)).containsExactly(file);
    assertThat(WeightFolder.filesAt(folder.resolve(index))).containsExactly(folder.resolve(index));
  }

  @Test
  void should_choose_full_precision_then_safetensors_then_one_file() throws IOException {
    touch(
        STEM + ".fp16.bin",
        STEM + ".bin",
        STEM + ".safetensors.index.json",
        STEM + ".bin.index.json",
        STEM + ".fp16.safetensors",
        STEM + ".safetensors.index.fp16.json",
        STEM + ".safetensors.fp16.index.json",
        STEM + ".safetensors",
        STEM + ".non_ema.safetensors",
        "config.json",
        "tf_model.h5");
    assertThat(order())
        .containsExactly(
            STEM + ".safetensors",
            STEM + ".safetensors.index.json",
            STEM + ".bin",
            STEM + ".bin.index.json",
            STEM + ".fp16.safetensors",
            STEM + ".safetensors.fp16.index.json",
            STEM + ".safetensors.index.fp16.json",
            STEM + ".fp16.bin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "pytorch_model.bin", "model.bf16.safetensors"})
  void should_know_the_names_of_transformers_too(String name) throws IOException {
    touch(name);
    assertThat(order()).containsExactly(name);
  }

  @Test
  void should_refuse_what_it_chooses_if_that_is_broken() throws IOException {
    WEIGHTS.write(folder, STEM, Form.BIN);
    Path chosen = folder.resolve(STEM + ".safetensors");
    Files.writeString(
        chosen, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n");
    assertThatThrownBy(() -> WeightFolder.at(folder).open())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(chosen + ": expected")
        .hasMessageContaining("a pointer of Git LFS instead of the file: get the file itself");
  }

  @ParameterizedTest
  @EnumSource(
      value = Form.class,
      names = {"SAFETENSORS", "BIN", "LEGACY_BIN"})
  void should_say_that_a_download_is_incomplete(Form form) throws IOException {
    Path file = WEIGHTS.write(folder, STEM, form);
    byte[] all = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(all, all.length - 100));
    assertThatThrownBy(() -> WeightFolder.at(folder).open())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageFindingMatch("incomplete download|truncated");
  }

  @Test
  void should_ask_for_the_index_of_shards() throws IOException {
    WEIGHTS.write(folder, STEM, Form.SHARDED_SAFETENSORS);
    Files.delete(folder.resolve(STEM + ".safetensors.index.json"));
    assertThatThrownBy(() -> WeightFolder.at(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            folder
                + ": weights in several files, "
                + STEM
                + "-00001-of-00002.safetensors among them, but not their index (*.index.json): get"
                + " it from where they come from");
  }

  @Test
  void should_say_what_is_there_instead_of_weights() throws IOException {
    touch("config.json");
    assertThatThrownBy(() -> WeightFolder.at(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            folder
                + ": no weights: expected diffusion_pytorch_model.safetensors or"
                + " model.safetensors, the same as .bin, or the *.index.json of several such"
                + " files, but found a folder of config.json");
  }

  @Test
  void should_say_where_a_published_folder_comes_from() {
    Path missing = root.resolve("versatile-diffusion").resolve("vae");
    assertThatThrownBy(() -> WeightFolder.at(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageStartingWith(missing + ": it is Versatile Diffusion's autoencoder")
        .hasMessageContaining("shi-labs/versatile-diffusion");
  }

  @Test
  void should_say_what_a_file_in_the_place_of_the_folder_is() throws IOException {
    Path file = WEIGHTS.write(root, "weights", Form.SAFETENSORS);
    assertThatThrownBy(() -> WeightFolder.at(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(
            file + ": expected a folder with config.json and weights but found a safetensors file");
  }
}
