// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.util.List;
import java.util.Objects;

/**
 * What a picture shows, before it is painted. Lengths are shares of the picture's side, angles are
 * radians.
 *
 * @param backdrop what is behind
 * @param lighting how all is lit
 * @param things painted in order, the main one last; at least one
 */
public record Scene(Backdrop backdrop, Lighting lighting, List<Thing> things) {
  private static final double SHORTEST_PERIOD = 0.02;

  /** Copies the list; checks that there is a thing. */
  public Scene {
    Objects.requireNonNull(backdrop, "backdrop");
    Objects.requireNonNull(lighting, "lighting");
    things = List.copyOf(things);
    if (things.isEmpty()) {
      throw new IllegalArgumentException(
          "things: expected at least one, the main one last, but found none");
    }
  }

  /**
   * The thing a viewer would name.
   *
   * @return the largest one, in front
   */
  public Thing main() {
    return things.get(things.size() - 1);
  }

  /**
   * What can be said about it.
   *
   * @return its parts by their names
   */
  public SceneDescription description() {
    return SceneDescription.of(this);
  }

  /**
   * A pattern behind the things.
   *
   * @param texture its kind
   * @param ground what its colour is called
   * @param first the colour of most of it
   * @param second the colour of the pattern
   * @param angle its rotation
   * @param period the length after which it repeats, at least 0.02
   */
  public record Backdrop(
      Texture texture, Ground ground, Hsb first, Hsb second, double angle, double period) {
    /** Checks that it can be painted. */
    public Backdrop {
      Objects.requireNonNull(texture, "texture");
      Objects.requireNonNull(ground, "ground");
      Objects.requireNonNull(first, "first");
      Objects.requireNonNull(second, "second");
      Numbers.requireFinite("angle", angle);
      Numbers.requireWithin("period", SHORTEST_PERIOD, period, 1);
    }
  }

  /**
   * Something in the picture.
   *
   * @param category what it is
   * @param tint what its colour is called
   * @param color its colour
   * @param pose where and how it stands
   */
  public record Thing(Category category, Tint tint, Hsb color, Pose pose) {
    /** Checks that all is there. */
    public Thing {
      Objects.requireNonNull(category, "category");
      Objects.requireNonNull(tint, "tint");
      Objects.requireNonNull(color, "color");
      Objects.requireNonNull(pose, "pose");
    }
  }

  /**
   * Where and how a thing stands.
   *
   * @param x horizontal position of its centre
   * @param y vertical position of its centre, downwards
   * @param radius half its size, from 0.02 on
   * @param angle its rotation
   * @param mirrored whether left and right are exchanged
   */
  public record Pose(double x, double y, double radius, double angle, boolean mirrored) {
    private static final double SMALLEST = 0.02;

    /** Checks the numbers. */
    public Pose {
      Numbers.requireFinite("x", x);
      Numbers.requireFinite("y", y);
      Numbers.requireWithin("radius", SMALLEST, radius, 1);
      Numbers.requireFinite("angle", angle);
    }

    double distanceTo(Pose other) {
      return Math.hypot(x - other.x, y - other.y);
    }
  }
}
