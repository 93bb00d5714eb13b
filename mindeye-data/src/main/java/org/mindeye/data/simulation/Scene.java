// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.util.List;

/**
 * What a picture shows, before it is painted. Lengths are shares of the picture's side, angles are
 * radians, colours are hue, saturation and brightness in [0, 1].
 *
 * @param backdrop the texture behind
 * @param backdropAngle its rotation
 * @param backdropPeriod the length after which the texture repeats, at least 0.001
 * @param first the backdrop's first colour
 * @param second the backdrop's second colour
 * @param objects painted in order, the main one last; at least one
 */
public record Scene(
    Backdrop backdrop,
    double backdropAngle,
    double backdropPeriod,
    Hsb first,
    Hsb second,
    List<SceneObject> objects) {
  private static final double SHORTEST_PERIOD = 0.001;

  /** Copies the list; checks that there is an object and that the numbers can be painted. */
  public Scene {
    objects = List.copyOf(objects);
    if (objects.isEmpty()) {
      throw new IllegalArgumentException(
          "objects: expected at least one, the main one last, but found none");
    }
    requireFinite("backdropAngle", backdropAngle);
    if (!(backdropPeriod >= SHORTEST_PERIOD && backdropPeriod < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "backdropPeriod: expected at least "
              + SHORTEST_PERIOD
              + " of the side but was "
              + backdropPeriod);
    }
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": expected a number but was " + value);
    }
  }

  /**
   * The object a viewer would name.
   *
   * @return the largest one
   */
  public SceneObject main() {
    return objects.get(objects.size() - 1);
  }

  /**
   * A colour.
   *
   * @param hue position on the colour circle
   * @param saturation 0 is grey
   * @param brightness 0 is black
   */
  public record Hsb(float hue, float saturation, float brightness) {
    /** Checks the ranges; the circle of hues goes round. */
    public Hsb {
      requireFinite("hue", hue);
      requireShare("saturation", saturation);
      requireShare("brightness", brightness);
    }

    private static void requireShare(String name, float value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(
            name + ": expected a number from 0 to 1 but was " + value);
      }
    }
  }

  /**
   * A thing in the picture.
   *
   * @param category what it is
   * @param x horizontal position of its centre
   * @param y vertical position of its centre, downwards
   * @param radius half its size
   * @param angle its rotation
   * @param color its colour
   */
  public record SceneObject(
      Category category, double x, double y, double radius, double angle, Hsb color) {
    /** Checks the numbers. */
    public SceneObject {
      requireFinite("x", x);
      requireFinite("y", y);
      requireFinite("radius", radius);
      requireFinite("angle", angle);
      if (radius <= 0) {
        throw new IllegalArgumentException("radius: expected more than 0 but was " + radius);
      }
    }
  }
}
