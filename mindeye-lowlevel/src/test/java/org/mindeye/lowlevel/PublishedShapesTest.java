// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Parameter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.nn.Network;

/**
 * Names, shapes and sizes of the published weights. The tables list the state dicts of the original
 * code with diffusers 0.13 (old names), of diffusers today (new names) and of VICRegL's release.
 */
class PublishedShapesTest {
  private static final int SUBJECT_1 = 15_724;

  static Map<String, String> table(String name) throws IOException {
    Map<String, String> table = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PublishedShapesTest.class.getResourceAsStream(name + ".tsv"),
                StandardCharsets.UTF_8))) {
      reader.lines().map(line -> line.split("\t")).forEach(cells -> table.put(cells[0], cells[1]));
    }
    return table;
  }

  private static Map<String, String> declared(Network network) {
    Map<String, String> declared = new TreeMap<>();
    network.getParameters().forEach(each -> declared.put(each.getKey(), axes(each.getValue())));
    return declared;
  }

  private static String axes(Parameter parameter) {
    long[] sizes = parameter.getShape().getShape();
    return String.join("x", Arrays.stream(sizes).mapToObj(Long::toString).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "X4, true, voxel2sd-4x, 206065604, 114",
    "X8, false, voxel2sd-8x, 208901188, 0",
    "X16, false, voxel2sd-16x, 197510724, 0",
  })
  void should_be_the_low_level_networks_of_the_original(
      LatentUpsampling upsampling, boolean projector, String table, long parameters, int tensors)
      throws IOException {
    LowLevelConfig config =
        new LowLevelConfig(
            SUBJECT_1,
            LowLevelConfig.Mlp.paper(),
            upsampling,
            LowLevelConfig.Latents.stableDiffusion(),
            projector);
    try (LowLevelNetwork network = new LowLevelNetwork(config)) {
      assertThat(declared(network)).isEqualTo(table(table));
      assertThat(network.parameterCount()).isEqualTo(parameters);
      if (tensors > 0) {
        assertThat(network.getParameters()).hasSize(tensors);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15724, 206065604",
    "14278, 200142788",
    "15226, 204025796",
    "13153, 195534788",
    "13039, 195067844",
    "17907, 215007172",
    "12682, 193605572",
    "14386, 200585156",
  })
  void should_have_the_published_size_for_every_subject(int voxels, long parameters) {
    try (LowLevelNetwork network = new LowLevelNetwork(LowLevelConfig.paper(voxels))) {
      assertThat(network.parameterCount()).isEqualTo(parameters);
    }
    try (LowLevelNetwork network =
        new LowLevelNetwork(LowLevelConfig.paper(voxels).withoutMapsProjector())) {
      assertThat(network.parameterCount()).isEqualTo(parameters - 559_616);
    }
  }

  @Test
  void should_be_stable_diffusions_autoencoder() throws IOException {
    try (AutoencoderKl network = new AutoencoderKl(AutoencoderConfig.stableDiffusion())) {
      assertThat(declared(network)).isEqualTo(table("sd-vae-oldnames"));
      assertThat(network.getParameters()).hasSize(248);
      assertThat(network.parameterCount()).isEqualTo(83_653_863);
    }
  }

  @Test
  void should_be_the_teacher_of_vicregl() throws IOException {
    try (ConvNextTeacher network = new ConvNextTeacher(ConvNextConfig.extraLarge())) {
      assertThat(declared(network)).isEqualTo(table("vicregl-convnext-xl"));
      assertThat(network.getParameters()).hasSize(306 + 9);
      assertThat(network.parameterCount()).isEqualTo(348_111_872 + 1_575_936);
    }
  }
}
