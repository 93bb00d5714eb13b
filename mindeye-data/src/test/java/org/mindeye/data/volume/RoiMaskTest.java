// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.MalformedFileException;

class RoiMaskTest {
  private static final VoxelOrder PYTHON = VoxelOrder.LAST_AXIS_FASTEST;
  private static final VoxelOrder MATLAB = VoxelOrder.FIRST_AXIS_FASTEST;

  private static Path file(String name) {
    return Fixtures.file("volume/" + name);
  }

  private static int[] expected(String name) throws IOException {
    return Arrays.stream(Fixtures.arrays("volume/expected.npz").get(name).toLongs())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Test
  void should_take_the_voxels_of_value_1_in_either_order() throws IOException {
    RoiMask mask = RoiMask.read(file("nsdgeneral.nii.gz"), PYTHON);
    assertThat(mask.voxels()).isEqualTo(12);
    assertThat(mask.indices())
        .isEqualTo(expected("mask.numpy"))
        .isNotEqualTo(expected("mask.matlab"));
    assertThat(RoiMask.read(file("nsdgeneral.nii.gz"), MATLAB).indices())
        .isEqualTo(expected("mask.matlab"));
    assertThat(RoiMask.read(file("float_mask.nii"), PYTHON).indices()).isEqualTo(mask.indices());
    assertThat(mask.grid()).isEqualTo(new VolumeGrid(5, 4, 3));
    assertThat(mask).hasToString(mask.source() + ": 12 voxels of 5 x 4 x 3");
    mask.indices()[0] = 99;
    assertThat(mask.indices()).isEqualTo(expected("mask.numpy"));
  }

  @Test
  void should_take_named_labels() throws IOException {
    assertThat(RoiMask.read(file("streams.nii.gz"), Set.of(5, 2), PYTHON).indices())
        .isEqualTo(expected("streams.numpy"));
    assertThat(RoiMask.all(new VolumeGrid(2, 3, 2), MATLAB).indices())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(RoiMask.all(new VolumeGrid(2, 3, 2), PYTHON).indices())
        .containsExactly(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11);
  }

  @Test
  void should_refuse_what_has_several_meanings() {
    assertThatThrownBy(() -> RoiMask.read(file("streams.nii.gz"), PYTHON))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "streams.nii.gz: expected a mask of one region, with the values 1, 0 and perhaps -1 but"
                + " found voxels by value: 22 of -1, 24 of 0, 12 of 1, 1 of 2, 1 of 5: name the"
                + " labels of the regions to take");
    assertThatThrownBy(() -> RoiMask.read(file("streams.nii.gz"), Set.of(1, 7), PYTHON))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected voxels of value 7 but found voxels by value: 22 of -1");
    assertThatThrownBy(() -> RoiMask.read(file("streams.nii.gz"), Set.of(), PYTHON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name at least one label");
    assertThatThrownBy(() -> RoiMask.read(file("f4_little.nii"), PYTHON))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a mask: whole numbers but found -7.4")
        .hasMessageContaining("at voxel (x 0, y 0, z 0)");
  }

  @Test
  void should_compare_its_size_with_what_is_known() throws IOException {
    RoiMask mask = RoiMask.read(file("nsdgeneral.nii.gz"), PYTHON);
    assertThat(mask.requireVoxels(12)).isSameAs(mask);
    assertThatThrownBy(() -> mask.requireVoxels(15724))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "expected 15724 voxels in the region but found 12 (voxels by value: 24 of -1, 24 of 0,"
                + " 12 of 1); is it the mask of another subject, region or resolution?");
  }

  @Test
  void should_compare_its_grid_with_that_of_the_data() throws IOException {
    RoiMask mask = RoiMask.read(file("nsdgeneral.nii.gz"), PYTHON);
    assertThat(mask.requireGrid(new VolumeGrid(5, 4, 3), "betas")).isSameAs(mask);
    assertThatThrownBy(() -> mask.requireGrid(new VolumeGrid(3, 4, 5), "betas"))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("betas: expected a grid of 5 x 4 x 3, as the mask ")
        .hasMessageContaining("has, but found 3 x 4 x 5: its axes are swapped, x for z");
    assertThatThrownBy(() -> mask.requireGrid(new VolumeGrid(5, 4, 2), "betas"))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("but found 5 x 4 x 2: of another subject or resolution?");
  }

  @Test
  void should_number_voxels_on_a_grid() {
    VolumeGrid grid = new VolumeGrid(5, 4, 3);
    assertThat(grid.index(3, 2, 1)).isEqualTo(33);
    assertThat(grid.describe(33)).isEqualTo("(x 3, y 2, z 1)");
    assertThatThrownBy(() -> grid.index(5, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("voxel (5, 0, 0) is not on a grid of 5 x 4 x 3");
    assertThatThrownBy(() -> new VolumeGrid(1 << 16, 1 << 16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fewer than 2^31 voxels, not 65536 x 65536 x 1");
  }
}
