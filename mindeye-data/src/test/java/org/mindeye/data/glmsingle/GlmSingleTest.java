// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.glmsingle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.data.Fixtures;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.MalformedFileException;

class GlmSingleTest {
  @TempDir private Path folder;

  private static BetaSession open(String name) throws IOException {
    return GlmSingle.open(Fixtures.file("glmsingle/" + name));
  }

  private static float[] expected(String name) throws IOException {
    return Fixtures.arrays("glmsingle/expected.npz").get(name).toFloats();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volume.npy",
        "protocol_2.npy",
        "protocol_3.npy",
        "protocol_5.npy",
        "fortran.npy",
        "python.hdf5",
        "chunked.hdf5",
        "matlab.mat"
      })
  void should_read_volumes_to_the_last_bit(String name) throws IOException {
    BetaSession betas = open(name);
    float[] volume = expected("volume");
    assertThat(betas.grid()).isEqualTo(new VolumeGrid(4, 3, 2));
    assertThat(betas.trials()).isEqualTo(7);
    assertThat(betas.source()).contains(name);
    float[][] all = betas.read(IntStream.range(0, 24).toArray());
    float[][] some = betas.read(new int[] {23, 0, 11});
    for (int trial = 0; trial < 7; trial++) {
      assertThat(all[trial]).isEqualTo(Arrays.copyOfRange(volume, 24 * trial, 24 * trial + 24));
      assertThat(some[trial]).containsExactly(all[trial][23], all[trial][0], all[trial][11]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat.npy", "flat.hdf5"})
  void should_read_vertices_to_the_last_bit(String name) throws IOException {
    BetaSession betas = open(name);
    assertThat(betas.grid()).isEqualTo(new VolumeGrid(10, 1, 1));
    float[][] all = betas.read(IntStream.range(0, 10).toArray());
    for (int trial = 0; trial < 7; trial++) {
      assertThat(all[trial])
          .isEqualTo(Arrays.copyOfRange(expected("flat"), 10 * trial, 10 * trial + 10));
    }
  }

  @Test
  void should_divide_what_was_estimated_together() throws IOException {
    BetaSession betas = open("python.hdf5");
    List<BetaSession> sessions = betas.divide(3, 4);
    assertThat(sessions.get(1).trials()).isEqualTo(4);
    assertThat(sessions.get(1).source()).endsWith("python.hdf5 (trials 3 to 6)");
    assertThat(sessions.get(1).grid()).isEqualTo(betas.grid());
    assertThat(sessions.get(1).read(new int[] {5})[0]).isEqualTo(betas.read(new int[] {5})[3]);
    for (int[] wrong : new int[][] {{3, 3}, {7, 0}, {8, -1}}) {
      assertThatThrownBy(() -> betas.divide(wrong))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("expected sessions of 1 trial or more, 7 together, but found [");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "without_betas.npy;an array 'betasmd' of numbers in the dictionary but found only text 'R2'",
        "program.npy;an array 'betasmd' of numbers in the dictionary but found builtins.print, made",
        "numbers.npy;an array of Python objects (descr '|O', not fortran_order) but found another",
        "list.npy;a dictionary of results but found a sequence of 2",
        "expected.npz;a file of GLMsingle: .npy, .hdf5, or .mat of version 7.3 but found a NumPy"
      })
  void should_say_what_is_wrong(String name, String message) {
    assertThatThrownBy(() -> open(name))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("expected " + message);
  }

  @Test
  void should_refuse_other_files() {
    assertThatThrownBy(() -> GlmSingle.open(Fixtures.file("hdf5/v114.h5")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "a dataset 'betasmd' (Python) or 'modelmd' (MATLAB) but found only [");
    assertThatThrownBy(() -> GlmSingle.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("but found a folder");
  }

  @Test
  void should_name_the_first_voxel_without_a_response() throws IOException {
    BetaSession holes = open("holes.npy");
    assertThatThrownBy(() -> holes.read(IntStream.range(0, 24).toArray()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "finite responses of the voxels of the region but found NaN at trial 3, voxel (x 1, y"
                + " 2, z 0), the first of 2 such values; take these voxels out of the mask");
    assertThat(holes.read(new int[] {0, 23})).hasDimensions(7, 2);
    assertThatThrownBy(() -> holes.read(new int[] {24}))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("voxel 24 is not on a grid of 4 x 3 x 2");
  }
}
