// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

class PicturesTest {
  @Test
  void should_clamp_and_round_plane_by_plane() {
    float[] planes = {-0.5f, 1.5f, 0.5f, 1, 0.25f, 0.75f};
    BufferedImage image = Pictures.ofPlanes(planes, 1, 2);
    assertThat(image.getHeight()).isEqualTo(1);
    assertThat(image.getRGB(0, 0)).isEqualTo(0xff008040);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xffffffbf);
  }

  @Test
  void should_read_row_by_row() {
    float[] planes = new float[18];
    planes[4] = 1;
    BufferedImage image = Pictures.ofPlanes(planes, 2, 3);
    assertThat(image.getRGB(1, 1)).isEqualTo(0xffff0000);
  }

  @Test
  void should_refuse_nan_instead_of_painting_black() {
    float[] planes = new float[18];
    planes[11] = Float.NaN;
    assertThatThrownBy(() -> Pictures.ofPlanes(planes, 2, 3))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("image: row 1, column 2 is NaN: the decoder diverged");
  }

  @Test
  void should_refuse_planes_of_another_size() {
    assertThatThrownBy(() -> Pictures.ofPlanes(new float[24], 2, 3))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("image: expected 3 planes of 2 x 3 numbers but there are 24 numbers");
  }
}
