// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.GraphicsEnvironment;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.simulation.Scene.Hsb;
import org.mindeye.data.simulation.Scene.SceneObject;

class ScenePainterTest {
  private static final int SIDE = 64;
  private static final int BLUE = 0x0000ff;
  private static final Hsb RED = new Hsb(0, 1, 1);
  private static final Hsb GREEN = new Hsb(1 / 3f, 1, 1);

  private final ScenePainter painter = new ScenePainter(SIDE);

  private static int[] rgb(BufferedImage image) {
    int[] levels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, SIDE);
    return Arrays.stream(levels).map(level -> level & 0xffffff).toArray();
  }

  private int[] picture(long seed, long number) {
    return rgb(painter.paint(painter.invent(NoiseSource.seeded(seed, number))));
  }

  @Test
  void should_paint_the_same_picture_from_the_same_seed() {
    for (int i = 0; i < 20; i++) {
      assertThat(picture(1, i)).isEqualTo(picture(1, i)).isNotEqualTo(picture(2, i));
      assertThat(picture(1, i)).isNotEqualTo(picture(1, i + 1));
    }
  }

  @Test
  void should_invent_scenes_within_the_promised_limits() {
    Set<Category> categories = EnumSet.noneOf(Category.class);
    Set<Backdrop> backdrops = EnumSet.noneOf(Backdrop.class);
    for (int i = 0; i < 300; i++) {
      Scene scene = painter.invent(NoiseSource.seeded(5, i));
      categories.add(scene.main().category());
      backdrops.add(scene.backdrop());
      assertThat(scene.objects()).hasSizeBetween(1, 4);
      assertThat(scene.main().radius()).isBetween(0.2, 0.34);
      assertThat(scene.objects())
          .allSatisfy(
              object -> {
                assertThat(object.radius()).isLessThanOrEqualTo(scene.main().radius());
                assertThat(object.x()).isBetween(0.12, 0.88);
                assertThat(object.y()).isBetween(0.12, 0.88);
              });
    }
    assertThat(categories).containsExactlyInAnyOrder(Category.values());
    assertThat(backdrops).containsExactlyInAnyOrder(Backdrop.values());
  }

  @Test
  void should_need_no_display() {
    assertThat(GraphicsEnvironment.isHeadless()).isTrue();
    assertThat(painter.paint(painter.invent(NoiseSource.seeded(3))).getType())
        .isEqualTo(BufferedImage.TYPE_INT_RGB);
  }

  /** Neither colour of the backdrop is black, so a black pixel was not painted. */
  @ParameterizedTest
  @EnumSource(Backdrop.class)
  void should_cover_every_pixel_at_every_angle(Backdrop backdrop) {
    SceneObject nowhere = new SceneObject(Category.BALL, -9, -9, 0.1, 0, GREEN);
    for (int step = 0; step < 24; step++) {
      double angle = step * Math.PI / 12;
      for (double period : new double[] {0.12, 0.26, 0.4}) {
        int[] pixels =
            rgb(painter.paint(new Scene(backdrop, angle, period, RED, GREEN, List.of(nowhere))));
        assertThat(pixels).doesNotContain(0);
        assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(1);
        assertThat(Arrays.stream(pixels).filter(pixel -> (pixel & BLUE) != 0)).isEmpty();
      }
    }
  }

  @Test
  void should_paint_objects_in_order_where_they_are() {
    SceneObject below = new SceneObject(Category.BOX, 0.25, 0.5, 0.2, 0, new Hsb(2 / 3f, 1, 1));
    SceneObject above = new SceneObject(Category.BALL, 0.25, 0.5, 0.1, 0, GREEN);
    int[] pixels =
        rgb(painter.paint(new Scene(Backdrop.GRADIENT, 0, 0.3, RED, RED, List.of(below, above))));

    assertThat(pixels[32 * SIDE + 16]).isEqualTo(0x00ff00);
    assertThat(pixels[32 * SIDE + 7]).isEqualTo(BLUE);
    assertThat(pixels[32 * SIDE + 48]).isEqualTo(0xff0000);
  }

  @Test
  void should_refuse_a_tiny_picture() {
    assertThatThrownBy(() -> new ScenePainter(15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("side: expected at least 16 pixels but was 15");
  }

  @Test
  void should_have_ten_categories_or_more_that_differ() {
    Category[] categories = Category.values();
    assertThat(categories).hasSizeGreaterThanOrEqualTo(10);
    boolean[][] masks =
        Arrays.stream(categories).map(c -> mask(c.outline())).toArray(boolean[][]::new);
    for (int a = 0; a < masks.length; a++) {
      for (int b = 0; b < a; b++) {
        boolean[] other = masks[b];
        boolean[] one = masks[a];
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

  @ParameterizedTest
  @EnumSource(Category.class)
  void should_fit_the_unit_square(Category category) {
    Rectangle2D bounds = new Area(category.outline()).getBounds2D();

    double tolerance = 1e-9;
    assertThat(bounds.getMinX()).isGreaterThanOrEqualTo(-1 - tolerance);
    assertThat(bounds.getMaxX()).isLessThanOrEqualTo(1 + tolerance);
    assertThat(bounds.getMinY()).isGreaterThanOrEqualTo(-1 - tolerance);
    assertThat(bounds.getMaxY()).isLessThanOrEqualTo(1 + tolerance);
    assertThat(Math.max(bounds.getWidth(), bounds.getHeight())).isBetween(1.6, 2 + tolerance);
  }

  @ParameterizedTest
  @EnumSource(Category.class)
  void should_place_the_outline(Category category) {
    Rectangle2D expected =
        AffineTransform.getScaleInstance(8, 8)
            .createTransformedShape(category.outline())
            .getBounds2D();
    Rectangle2D placed = category.placed(30, 40, 8, 0).getBounds2D();

    assertThat(placed.getMinX()).isCloseTo(30 + expected.getMinX(), within(1e-9));
    assertThat(placed.getMaxY()).isCloseTo(40 + expected.getMaxY(), within(1e-9));
    Rectangle2D turned = category.placed(30, 40, 8, Math.PI).getBounds2D();
    assertThat(turned.getMinX()).isCloseTo(30 - expected.getMaxX(), within(1e-9));
    assertThat(turned.getMaxY()).isCloseTo(40 - expected.getMinY(), within(1e-9));
  }
}
