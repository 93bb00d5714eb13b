// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.data.simulation.scene.Scene.Backdrop;
import org.mindeye.data.simulation.scene.Scene.Pose;
import org.mindeye.data.simulation.scene.Scene.Thing;

class SceneTest {
  private static final Hsb RED = new Hsb(0, 1, 1);
  private static final Lighting EVEN = new Lighting(Lighting.Side.FRONT, 0, 1);
  private static final Backdrop PLAIN = new Backdrop(Texture.PLAIN, Ground.GRAY, RED, RED, 0, 0.2);

  private static Thing thing(double x, double y, double radius) {
    return new Thing(Category.CAR, Tint.RED, RED, new Pose(x, y, radius, 0, false));
  }

  @Test
  void should_name_the_thing_painted_last() {
    Thing small = thing(0.2, 0.2, 0.1);
    Thing large = thing(0.6, 0.7, 0.3);
    Scene scene = new Scene(PLAIN, EVEN, List.of(small, large));
    assertThat(scene.main()).isSameAs(large);
    SceneDescription description = scene.description();
    assertThat(description.main().size()).isEqualTo(SizeClass.LARGE);
    assertThat(description.main().cell()).isEqualTo(Cell.BOTTOM_RIGHT);
    assertThat(description.things().get(0).size()).isEqualTo(SizeClass.SMALL);
    assertThat(description.things().get(0).cell()).isEqualTo(Cell.TOP_LEFT);
  }

  @Test
  void should_divide_the_picture_into_nine_cells() {
    double[] places = {0.3, 0.5, 0.7};
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        assertThat(Cell.of(places[column], places[row]).ordinal()).isEqualTo(3 * row + column);
      }
    }
    assertThat(Cell.of(0.43, 0.57)).isEqualTo(Cell.BOTTOM);
    assertThat(SizeClass.of(0.179)).isEqualTo(SizeClass.SMALL);
    assertThat(SizeClass.of(0.18)).isEqualTo(SizeClass.MEDIUM);
    assertThat(SizeClass.of(0.27)).isEqualTo(SizeClass.LARGE);
  }

  @Test
  void should_refuse_what_cannot_be_painted() {
    assertThatThrownBy(() -> new Scene(PLAIN, EVEN, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("things: expected at least one, the main one last, but found none");
    assertThatThrownBy(() -> thing(Double.NaN, 0, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x: expected a number but was NaN");
    assertThatThrownBy(() -> thing(0, 0, 0))
        .hasMessage("radius: expected a number from 0.02 to 1.0 but was 0.0");
    assertThatThrownBy(() -> new Hsb(0, 1.5, 1))
        .hasMessage("saturation: expected a number from 0.0 to 1.0 but was 1.5");
    assertThatThrownBy(() -> new Hsb(Double.POSITIVE_INFINITY, 1, 1))
        .hasMessage("hue: expected a number but was Infinity");
    assertThatThrownBy(() -> new Backdrop(Texture.DOTS, Ground.SKY, RED, RED, 0, 0))
        .hasMessage("period: expected a number from 0.02 to 1.0 but was 0.0");
    assertThatThrownBy(() -> new Lighting(Lighting.Side.LEFT, 2, 1))
        .hasMessage("slope: expected a number from 0.0 to 1.0 but was 2.0");
  }
}
