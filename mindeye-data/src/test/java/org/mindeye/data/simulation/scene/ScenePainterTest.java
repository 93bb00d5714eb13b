// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.GraphicsEnvironment;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.Scene.Backdrop;
import org.mindeye.data.simulation.scene.Scene.Pose;
import org.mindeye.data.simulation.scene.Scene.Thing;

class ScenePainterTest {
  private static final int SIDE = 64;
  private static final Hsb RED = new Hsb(0, 1, 1);
  private static final Hsb GREEN = new Hsb(1 / 3.0, 1, 1);
  private static final Hsb BLUE = new Hsb(2 / 3.0, 1, 1);
  private static final Lighting EVEN = new Lighting(Lighting.Side.FRONT, 0, 1);
  private static final Thing NOWHERE =
      new Thing(Category.HOUSE, Tint.BLUE, BLUE, new Pose(-9, -9, 0.1, 0, false));

  private final ScenePainter painter = new ScenePainter(SIDE);

  private static Backdrop plain() {
    return new Backdrop(Texture.PLAIN, Ground.GRAY, RED, RED, 0, 0.2);
  }

  private static Thing thing(Category category, double x, double y, double radius) {
    return new Thing(category, Tint.GREEN, GREEN, new Pose(x, y, radius, 0, false));
  }

  private int[] rgb(Scene scene) {
    int[] levels = painter.paint(scene).getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    return Arrays.stream(levels).map(level -> level & 0xffffff).toArray();
  }

  @Test
  void should_paint_the_same_scene_alike() {
    Scene scene = SceneGenerator.of(Split.TRAIN).invent(NoiseSource.seeded(1));
    assertThat(rgb(scene)).isEqualTo(rgb(scene));
    byte[] pixels = painter.pixels(scene);
    int[] rgb = rgb(scene);
    for (int i = 0; i < rgb.length; i++) {
      int pixel =
          (pixels[3 * i] & 0xff) << 16 | (pixels[3 * i + 1] & 0xff) << 8 | pixels[3 * i + 2] & 0xff;
      assertThat(pixel).isEqualTo(rgb[i]);
    }
  }

  @Test
  void should_need_no_display() {
    assertThat(GraphicsEnvironment.isHeadless()).isTrue();
    assertThat(painter.paint(new Scene(plain(), EVEN, List.of(NOWHERE))).getType())
        .isEqualTo(BufferedImage.TYPE_INT_RGB);
  }

  /** Neither colour of the backdrop is black or has blue, so such a pixel was not painted. */
  @ParameterizedTest
  @EnumSource(Texture.class)
  void should_cover_every_pixel_with_both_colours(Texture texture) {
    for (int step = -4; step <= 4; step++) {
      for (double period : new double[] {0.16, 0.22, 0.28}) {
        double angle = step * texture.tilt() / 4;
        int[] pixels =
            rgb(
                new Scene(
                    new Backdrop(texture, Ground.GRAY, RED, GREEN, angle, period),
                    EVEN,
                    List.of(NOWHERE)));
        assertThat(pixels).doesNotContain(0);
        assertThat(Arrays.stream(pixels).filter(pixel -> (pixel & 0xff) != 0)).isEmpty();
        double second = Arrays.stream(pixels).filter(p -> p != 0xff0000).count() / 4096.0;
        if (texture == Texture.PLAIN) {
          assertThat(second).isZero();
        } else {
          assertThat(second).as("%s at %s", texture, angle).isBetween(0.1, 0.75);
        }
      }
    }
  }

  @Test
  void should_know_whose_each_pixel_is() {
    Scene scene =
        new Scene(
            plain(),
            EVEN,
            List.of(thing(Category.HOUSE, 0.25, 0.5, 0.2), thing(Category.CUP, 0.75, 0.5, 0.2)));
    byte[] owners = painter.owners(scene);

    assertThat(owners).hasSize(SIDE * SIDE);
    assertThat(owners[32 * SIDE + 16]).isEqualTo((byte) 1);
    assertThat(owners[32 * SIDE + 46]).isEqualTo((byte) 2);
    assertThat(owners[2 * SIDE + 2]).isZero();
    assertThat(owners[32 * SIDE + 32]).isZero();
    int[] painted = rgb(scene);
    int[] empty = rgb(new Scene(plain(), EVEN, List.of(NOWHERE)));
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] != 0) {
        assertThat(painted[i]).isNotEqualTo(empty[i]);
      }
    }
  }

  @Test
  void should_paint_the_last_thing_on_top() {
    Scene scene =
        new Scene(
            plain(),
            EVEN,
            List.of(thing(Category.CLOCK, 0.5, 0.5, 0.4), thing(Category.HOUSE, 0.5, 0.5, 0.2)));
    assertThat(painter.owners(scene)[33 * SIDE + 38]).isEqualTo((byte) 2);
    assertThat(painter.owners(scene)[32 * SIDE + 12]).isEqualTo((byte) 1);
  }

  @Test
  void should_be_lighter_where_light_comes_from() {
    Hsb grey = new Hsb(0, 0, 0.6);
    Backdrop backdrop = new Backdrop(Texture.PLAIN, Ground.GRAY, grey, grey, 0, 0.2);
    Scene left = new Scene(backdrop, new Lighting(Lighting.Side.LEFT, 0.4, 0.9), List.of(NOWHERE));
    Scene above =
        new Scene(backdrop, new Lighting(Lighting.Side.ABOVE, 0.4, 0.9), List.of(NOWHERE));

    int[] rows = rgb(left);
    assertThat(rows[0] & 0xff).isCloseTo((int) (0.6 * 255 * 0.9 * 1.2), within(2));
    assertThat(rows[SIDE - 1] & 0xff).isCloseTo((int) (0.6 * 255 * 0.9 * 0.8), within(2));
    assertThat(rows[0]).isEqualTo(rows[SIDE * (SIDE - 1)]);
    int[] columns = rgb(above);
    assertThat(columns[0] & 0xff).isGreaterThan(columns[SIDE * (SIDE - 1)] & 0xff);
    assertThat(columns[0]).isEqualTo(columns[SIDE - 1]);
    assertThat(left.description().light()).isEqualTo(Lighting.Side.LEFT);
    assertThat(left.description().amount()).isEqualTo(Lighting.Amount.BRIGHT);
  }

  @Test
  void should_mirror() {
    Pose left = new Pose(0.5, 0.5, 0.3, 0, false);
    Pose right = new Pose(0.5, 0.5, 0.3, 0, true);
    byte[] one = painter.owners(fish(left));
    byte[] other = painter.owners(fish(right));
    int same = 0;
    for (int i = 0; i < one.length; i++) {
      int mirrored = i / SIDE * SIDE + SIDE - 1 - i % SIDE;
      same += one[i] == other[mirrored] ? 1 : 0;
    }
    assertThat(one).isNotEqualTo(other);
    assertThat(same).isGreaterThan(one.length - 40); // borders fall to either side
  }

  private static Scene fish(Pose pose) {
    return new Scene(plain(), EVEN, List.of(new Thing(Category.FISH, Tint.GREEN, GREEN, pose)));
  }

  @Test
  void should_refuse_a_tiny_picture() {
    assertThatThrownBy(() -> new ScenePainter(15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("side: expected at least 16 pixels but was 15");
  }

  @ParameterizedTest
  @EnumSource(Category.class)
  void should_fill_the_unit_square_without_leaving_it(Category category) {
    Rectangle2D bounds = category.silhouette().getBounds2D();
    assertThat(bounds.getMinX()).isGreaterThanOrEqualTo(-1.05);
    assertThat(bounds.getMaxX()).isLessThanOrEqualTo(1.05);
    assertThat(bounds.getMinY()).isGreaterThanOrEqualTo(-1.05);
    assertThat(bounds.getMaxY()).isLessThanOrEqualTo(1.05);
    assertThat(Math.max(bounds.getWidth(), bounds.getHeight())).isBetween(1.6, 2.1);
  }

  /** A viewer has to see what colour a thing is called by. */
  @ParameterizedTest
  @EnumSource(Category.class)
  void should_mostly_be_of_its_own_colour(Category category) {
    Scene scene = new Scene(plain(), EVEN, List.of(thing(category, 0.5, 0.5, 0.45)));
    int[] pixels = rgb(scene);
    byte[] owners = painter.owners(scene);
    double own =
        IntStream.range(0, owners.length)
            .filter(i -> owners[i] == 1 && (pixels[i] >> 8 & 0xff) > 150 && (pixels[i] & 0xff) < 60)
            .count();
    assertThat(own / IntStream.range(0, owners.length).filter(i -> owners[i] == 1).count())
        .isGreaterThan(0.4);
  }

  @Test
  void should_have_categories_that_differ() {
    Category[] categories = Category.values();
    boolean[][] masks =
        Arrays.stream(categories).map(c -> mask(c.silhouette())).toArray(boolean[][]::new);
    for (int a = 0; a < masks.length; a++) {
      for (int b = 0; b < a; b++) {
        boolean[] one = masks[a];
        boolean[] other = masks[b];
        long different = IntStream.range(0, one.length).filter(i -> one[i] != other[i]).count();
        assertThat(different / (double) one.length)
            .as("share of the square in which %s and %s differ", categories[a], categories[b])
            .isGreaterThan(0.05);
      }
    }
  }

  private static boolean[] mask(Shape shape) {
    boolean[] mask = new boolean[SIDE * SIDE];
    for (int i = 0; i < mask.length; i++) {
      mask[i] =
          shape.contains((2 * (i % SIDE) + 1.0) / SIDE - 1, (2 * (i / SIDE) + 1.0) / SIDE - 1);
    }
    return mask;
  }
}
