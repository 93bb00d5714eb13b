// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.testkit.FreshManager;

class ShardedStateDictTest {
  private static final String ONE = "model-00001-of-00002.safetensors";
  private static final String TWO = "model-00002-of-00002.safetensors";

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path index;

  @BeforeEach
  void open() throws IOException {
    index = folder.resolve("model.safetensors.index.json");
    shard(ONE, "a", "b");
    shard(TWO, "c");
    index("'a': '" + ONE + "', 'c': '" + TWO + "', 'b': '" + ONE + "'");
  }

  private void shard(String file, String... names) throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, manager.full(new Shape(2), (float) name.charAt(0)));
    }
    WeightFiles.write(folder.resolve(file), tensors, Map.of("format", "pt"));
  }

  private void index(String map) throws IOException {
    String text = "{'metadata': {'total_size': 24, 'x': [1]}, 'weight_map': {" + map + "}}";
    Files.writeString(index, text.replace('\'', '"'));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> WeightFiles.open(index))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(index + ": expected " + message);
  }

  @Test
  void should_open_the_files_of_an_index_as_one_dictionary() throws IOException {
    assertThat(WeightFormat.detect(index)).isEqualTo(WeightFormat.SHARDED);
    StateDict opened = WeightFiles.open(index);
    try (opened) {
      assertThat(opened.names()).containsExactly("a", "c", "b");
      assertThat(opened.source()).isEqualTo(index.toString());
      assertThat(opened.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(opened.info("c"))
          .isEqualTo(new TensorInfo("c", ElementType.FLOAT32, new TensorShape(2)));
      for (String name : opened.names()) {
        NDArray target = manager.create(new Shape(2));
        opened.copyInto(name, target);
        assertThat(target).isEqualTo(opened.load(name, manager));
        assertThat(target.toFloatArray()).containsOnly(name.charAt(0));
      }
      assertThatThrownBy(() -> opened.info("d"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(index + ": no tensor is called 'd'");
    }
    assertThatThrownBy(() -> opened.load("a", manager))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed: read tensor 'a' before");
  }

  @Test
  void should_ask_for_the_index_where_one_file_is_not_enough() throws IOException {
    try (StateDict one = WeightFiles.open(folder.resolve(ONE))) {
      assertThat(one.prefixRemedy("c"))
          .isEqualTo("; this is one file of several: give their index (*.index.json)");
    }
  }

  @Test
  void should_name_the_files_that_are_missing() throws IOException {
    Files.delete(folder.resolve(TWO));
    assertThatThrownBy(() -> WeightFiles.open(index))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("1 of its 2 files are missing: [" + TWO + "]; put them beside it");
  }

  @Test
  void should_refuse_an_index_that_its_files_contradict() throws IOException {
    shard(TWO, "c", "a");
    assertRefused("tensor 'a' in one file but found it in " + ONE + " and " + TWO);
    shard(TWO, "c", "d");
    assertRefused("every tensor of its files in the index but found 'd' of " + TWO);
    shard(TWO, "d");
    assertRefused("tensor 'c' in " + TWO + " but found no such tensor");
    shard(TWO, "c");
    index("'a': '" + ONE + "', 'b': '" + TWO + "', 'c': '" + TWO + "'");
    assertRefused("tensor 'b' in " + TWO + " but found it in " + ONE);
    index("'a': '" + ONE + "', 'a': '" + ONE + "'");
    assertRefused("an index in JSON but found Duplicate field 'a'");
    index("'a': 5");
    assertRefused("the name of a file for 'a' but found 5");
    Files.writeString(index, "{\"weight_map\": []}");
    assertRefused("an object as weight_map but found [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "sub/x", "..", ".", "", "a\\b"})
  void should_not_leave_its_folder(String shard) throws IOException {
    index("'a': '" + shard.replace("\\", "\\\\") + "'");
    assertRefused("names of files in the same folder but found '" + shard + "'");
  }

  @Test
  void should_refuse_an_index_of_indexes() throws IOException {
    Files.copy(index, folder.resolve("other.json"));
    index("'a': 'other.json'");
    assertThatThrownBy(() -> WeightFiles.open(index))
        .hasMessageEndingWith("other.json: expected a file of tensors but found another index");
  }
}
