// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.Scene.Backdrop;
import org.mindeye.data.simulation.scene.Scene.Pose;
import org.mindeye.data.simulation.scene.Scene.Thing;

/**
 * Invents scenes of one split: a main thing, up to two smaller ones that it does not hide, a
 * backdrop and a light. All things of a scene are {@linkplain Combination combinations} of the
 * split. The same stream of random numbers gives the same scene.
 */
public final class SceneGenerator {
  private static final int MOST_OTHERS = 2;
  private static final int ATTEMPTS = 12;
  private static final double TURN = 0.3;

  private final Split split;

  private SceneGenerator(Split split) {
    this.split = split;
  }

  /**
   * A generator of scenes.
   *
   * @param split which combinations they show
   * @return the generator
   */
  public static SceneGenerator of(Split split) {
    return new SceneGenerator(Objects.requireNonNull(split, "split"));
  }

  /**
   * Invents a scene.
   *
   * @param noise where it is drawn from
   * @return the scene
   */
  public Scene invent(NoiseSource noise) {
    Draw draw = new Draw(noise);
    Backdrop backdrop = backdrop(draw);
    Lighting lighting = lighting(draw);
    Thing main = thing(draw, backdrop.texture(), pose(draw, 0.19, 0.34));
    List<Pose> taken = new ArrayList<>(List.of(main.pose()));
    List<Thing> things = new ArrayList<>();
    for (int wanted = draw.below(MOST_OTHERS + 1); wanted > 0; wanted--) {
      Pose free = freePose(draw, taken);
      if (free != null) {
        taken.add(free);
        things.add(thing(draw, backdrop.texture(), free));
      }
    }
    things.add(main);
    return new Scene(backdrop, lighting, things);
  }

  private static Backdrop backdrop(Draw draw) {
    Texture texture = draw.among(Texture.values());
    Ground ground = draw.among(Ground.values());
    Hsb first = ground.shade().draw(draw);
    double contrast = draw.between(0.11, 0.18);
    return new Backdrop(
        texture,
        ground,
        first,
        first.brighter(first.brightness() < 0.5 ? contrast : -contrast),
        draw.between(-texture.tilt(), texture.tilt()),
        draw.between(0.16, 0.28));
  }

  private static Lighting lighting(Draw draw) {
    Lighting.Side from = draw.among(Lighting.Side.values());
    double slope = draw.between(0.3, 0.55);
    return new Lighting(
        from, slope, draw.coin() ? draw.between(0.92, 1) : draw.between(0.64, 0.73));
  }

  private static Pose pose(Draw draw, double least, double most) {
    double radius = draw.between(least, most);
    double margin = 0.95 * radius;
    return new Pose(
        draw.between(margin, 1 - margin),
        draw.between(margin, 1 - margin),
        radius,
        draw.between(-TURN, TURN),
        draw.coin());
  }

  /** A place for a small thing that no other one covers, or null where none is found. */
  private static Pose freePose(Draw draw, List<Pose> taken) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Pose pose = pose(draw, 0.13, 0.17);
      if (taken.stream()
          .allMatch(other -> pose.distanceTo(other) > pose.radius() + other.radius())) {
        return pose;
      }
    }
    return null;
  }

  private Thing thing(Draw draw, Texture texture, Pose pose) {
    Category category;
    Tint tint;
    do {
      category = draw.among(Category.values());
      tint = draw.among(Tint.values());
    } while (new Combination(category, tint, texture).split() != split);
    return new Thing(category, tint, tint.shade().draw(draw), pose);
  }
}
