// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;

class CombinationTest {
  private static List<Combination> all() {
    List<Combination> all = new ArrayList<>();
    for (Category category : Category.values()) {
      for (Tint tint : Tint.values()) {
        for (Texture texture : Texture.values()) {
          all.add(new Combination(category, tint, texture));
        }
      }
    }
    return all;
  }

  private static List<Combination> of(Split split) {
    return all().stream().filter(c -> c.split() == split).toList();
  }

  /** What two parts of a combination are, whatever the third. */
  private static Set<Object> pairs(List<Combination> some) {
    Set<Object> pairs = new HashSet<>();
    for (Combination c : some) {
      pairs.add(List.of(c.category(), c.tint()));
      pairs.add(List.of(c.category(), c.texture()));
      pairs.add(List.of(c.tint(), c.texture()));
    }
    return pairs;
  }

  @Test
  void should_show_every_two_parts_together_in_training_and_in_test() {
    assertThat(pairs(of(Split.TRAIN))).isEqualTo(pairs(all()));
    assertThat(pairs(of(Split.TEST))).isEqualTo(pairs(all()));
  }

  @Test
  void should_hold_out_three_tenths() {
    Map<Split, Double> shares = new EnumMap<>(Split.class);
    all().forEach(c -> shares.merge(c.split(), 1.0 / all().size(), Double::sum));
    assertThat(shares.get(Split.TRAIN)).isCloseTo(0.7, within(0.02));
    assertThat(shares.get(Split.VALIDATION)).isCloseTo(0.1, within(0.02));
    assertThat(shares.get(Split.TEST)).isCloseTo(0.2, within(0.02));
  }

  /** A rule that moves would make a model's training scenes out of its test scenes. */
  @Test
  void should_stay_what_it_was() {
    assertThat(new Combination(Category.HOUSE, Tint.RED, Texture.PLAIN).split())
        .isEqualTo(Split.TEST);
    assertThat(new Combination(Category.HOUSE, Tint.ORANGE, Texture.PLAIN).split())
        .isEqualTo(Split.TRAIN);
    assertThat(new Combination(Category.HOUSE, Tint.YELLOW, Texture.PLAIN).split())
        .isEqualTo(Split.VALIDATION);
    assertThat(new Combination(Category.CLOCK, Tint.BROWN, Texture.BRICKS).split())
        .isEqualTo(Split.VALIDATION);
    assertThat(new Combination(Category.CAT, Tint.BLUE, Texture.WAVES).split())
        .isEqualTo(Split.TRAIN);
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void should_be_kept_by_every_thing_of_every_scene(Split split) {
    SceneGenerator generator = SceneGenerator.of(split);
    for (int i = 0; i < 500; i++) {
      Scene scene = generator.invent(NoiseSource.seeded(3, i));
      Texture texture = scene.backdrop().texture();
      assertThat(scene.things())
          .allSatisfy(
              thing ->
                  assertThat(new Combination(thing.category(), thing.tint(), texture).split())
                      .isEqualTo(split));
    }
  }
}
