// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.Scene.Thing;

class SceneGeneratorTest {
  private static Scene scene(Split split, long seed, long number) {
    return SceneGenerator.of(split).invent(NoiseSource.seeded(seed, number));
  }

  @Test
  void should_invent_the_same_scene_from_the_same_seed() {
    Set<Scene> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      assertThat(scene(Split.TRAIN, 1, i)).isEqualTo(scene(Split.TRAIN, 1, i));
      seen.add(scene(Split.TRAIN, 1, i));
      seen.add(scene(Split.TRAIN, 2, i));
    }
    assertThat(seen).hasSize(400);
  }

  /** A scene is a function of the numbers, not of pixels, so it is the same on every machine. */
  @Test
  void should_stay_what_it_was() {
    assertThat(scene(Split.TRAIN, 7, 0).description())
        .hasToString(
            "a large red tree at bottom, a small red clock at top left, before sand bricks, bright"
                + " light from the left");
  }

  @Test
  void should_keep_what_it_promises() {
    for (int i = 0; i < 500; i++) {
      Scene scene = scene(Split.TRAIN, 5, i);
      assertThat(scene.things()).hasSizeBetween(1, 3);
      assertThat(scene.main().pose().radius()).isBetween(0.19, 0.34);
      for (Thing thing : scene.things()) {
        double radius = thing.pose().radius();
        assertThat(radius).isLessThanOrEqualTo(scene.main().pose().radius());
        assertThat(thing.pose().x()).isBetween(0.9 * radius, 1 - 0.9 * radius);
        assertThat(thing.pose().y()).isBetween(0.9 * radius, 1 - 0.9 * radius);
        for (Thing other : scene.things()) {
          if (other != thing) {
            assertThat(thing.pose().distanceTo(other.pose()))
                .isGreaterThan(radius + other.pose().radius());
          }
        }
      }
    }
  }

  /** Whatever has a name is used, and about as often as the others of its kind. */
  @ParameterizedTest
  @EnumSource(Split.class)
  void should_use_all_that_has_a_name(Split split) {
    Set<Object> names = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      SceneDescription scene = scene(split, 6, i).description();
      names.add(scene.texture());
      names.add(scene.ground());
      names.add(scene.light());
      names.add(scene.amount());
      names.add(scene.things().size());
      names.add(scene.main().category());
      names.add(scene.main().tint());
      names.add(scene.main().cell());
      scene.things().forEach(thing -> names.add(thing.size()));
    }
    assertThat(names)
        .contains((Object[]) Category.values())
        .contains((Object[]) Tint.values())
        .contains((Object[]) Cell.values())
        .contains((Object[]) Texture.values())
        .contains((Object[]) Ground.values())
        .contains((Object[]) Lighting.Side.values())
        .contains((Object[]) Lighting.Amount.values())
        .contains((Object[]) SizeClass.values())
        .contains(1, 2, 3);
  }

  @Test
  void should_have_a_dozen_categories_and_more() {
    assertThat(Category.values()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(Tint.values()).hasSizeBetween(8, 10);
    assertThat(Texture.values()).hasSizeGreaterThanOrEqualTo(5);
  }

  /** Not even pale things, in dim light, are called by the name of another colour. */
  @Test
  void should_draw_colours_that_keep_apart() {
    for (Tint one : Tint.values()) {
      for (Tint other : Tint.values()) {
        if (one != other) {
          assertThat(closest(one.shade(), other.shade()))
              .as("distance of %s and %s", one, other)
              .isGreaterThan(0.1);
        }
      }
    }
  }

  /** Over a few thousand pairs, in the double cone of hue, saturation and brightness. */
  private static double closest(Shade one, Shade other) {
    Draw draw = new Draw(NoiseSource.seeded(8));
    double closest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 2000; i++) {
      closest = Math.min(closest, distance(one.draw(draw), other.draw(draw)));
    }
    return closest;
  }

  private static double distance(Hsb a, Hsb b) {
    double chromaA = a.saturation() * a.brightness();
    double chromaB = b.saturation() * b.brightness();
    double angleA = 2 * Math.PI * a.hue();
    double angleB = 2 * Math.PI * b.hue();
    return Math.sqrt(
        Math.pow(chromaA * Math.cos(angleA) - chromaB * Math.cos(angleB), 2)
            + Math.pow(chromaA * Math.sin(angleA) - chromaB * Math.sin(angleB), 2)
            + Math.pow(a.brightness() - b.brightness(), 2));
  }

  @Test
  void should_refuse_no_split() {
    assertThatThrownBy(() -> SceneGenerator.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("split");
  }

  @Test
  void should_say_what_a_scene_shows() {
    SceneDescription description =
        new SceneDescription(
            List.of(
                new SceneDescription.ThingDescription(
                    Category.FISH, Tint.BLUE, SizeClass.SMALL, Cell.TOP_LEFT),
                new SceneDescription.ThingDescription(
                    Category.CAR, Tint.RED, SizeClass.LARGE, Cell.CENTER)),
            Texture.BRICKS,
            Ground.SAND,
            Lighting.Side.LEFT,
            Lighting.Amount.DIM);
    assertThat(description)
        .hasToString(
            "a large red car at center, a small blue fish at top left, before sand bricks, dim"
                + " light from the left");
    assertThat(description.main().category()).isEqualTo(Category.CAR);
  }
}
