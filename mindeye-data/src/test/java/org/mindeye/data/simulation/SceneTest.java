// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.data.simulation.Scene.Hsb;
import org.mindeye.data.simulation.Scene.SceneObject;

class SceneTest {
  private static final Hsb RED = new Hsb(0, 1, 1);
  private static final SceneObject SMALL = object(0.1);
  private static final SceneObject LARGE = object(0.3);

  private static SceneObject object(double radius) {
    return new SceneObject(Category.BALL, 0.5, 0.5, radius, 0, RED);
  }

  private static Scene scene(double period, List<SceneObject> objects) {
    return new Scene(Backdrop.STRIPES, 0, period, RED, RED, objects);
  }

  @Test
  void should_name_the_object_painted_last() {
    assertThat(scene(0.2, List.of(SMALL, LARGE)).main()).isSameAs(LARGE);
  }

  @Test
  void should_refuse_a_scene_without_objects() {
    assertThatThrownBy(() -> scene(0.2, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("objects: expected at least one, the main one last, but found none");
  }

  @Test
  void should_refuse_a_texture_that_never_ends() {
    for (double period : new double[] {0, -0.1, Double.NaN, 1e-9, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> scene(period, List.of(LARGE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("backdropPeriod: expected at least 0.001 of the side but was " + period);
    }
  }

  @Test
  void should_refuse_what_cannot_be_painted() {
    assertThatThrownBy(() -> object(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("radius: expected a number but was NaN");
    assertThatThrownBy(() -> object(-1)).hasMessage("radius: expected more than 0 but was -1.0");
    assertThatThrownBy(() -> new Hsb(0, 1.5f, 1))
        .hasMessage("saturation: expected a number from 0 to 1 but was 1.5");
    assertThatThrownBy(() -> new Hsb(Float.POSITIVE_INFINITY, 1, 1))
        .hasMessage("hue: expected a number but was Infinity");
    assertThatThrownBy(() -> new Scene(Backdrop.STRIPES, Double.NaN, 0.2, RED, RED, List.of(LARGE)))
        .hasMessage("backdropAngle: expected a number but was NaN");
  }
}
