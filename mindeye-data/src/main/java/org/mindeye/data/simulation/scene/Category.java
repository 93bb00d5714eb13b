// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import static org.mindeye.data.simulation.scene.Outlines.box;
import static org.mindeye.data.simulation.scene.Outlines.circle;
import static org.mindeye.data.simulation.scene.Outlines.dome;
import static org.mindeye.data.simulation.scene.Outlines.ellipse;
import static org.mindeye.data.simulation.scene.Outlines.polygon;
import static org.mindeye.data.simulation.scene.Outlines.ring;
import static org.mindeye.data.simulation.scene.Outlines.rounded;
import static org.mindeye.data.simulation.scene.Outlines.union;
import static org.mindeye.data.simulation.scene.Outlines.without;

import java.awt.Shape;
import java.awt.geom.AffineTransform;

/** What a thing in a scene is. Each is drawn to be named at a glance in 20 pixels. */
public enum Category {
  /** Walls with a door and windows under a roof. */
  HOUSE(
      Drawing.empty()
          .body(box(-0.72, -0.15, 0.72, 0.95))
          .shade(box(0.38, -0.95, 0.6, -0.4))
          .shade(polygon(0, -1, 1, -0.1, -1, -0.1))
          .dark(box(-0.17, 0.4, 0.17, 0.95))
          .pale(box(-0.55, 0.1, -0.27, 0.38))
          .pale(box(0.27, 0.1, 0.55, 0.38))),
  /** A crown of three balls on a trunk. */
  TREE(
      Drawing.empty()
          .dark(box(-0.14, 0.2, 0.14, 1))
          .body(circle(-0.42, -0.05, 0.46))
          .body(circle(0.42, -0.05, 0.46))
          .body(circle(0, -0.45, 0.55))
          .shade(circle(-0.35, 0.12, 0.14))
          .shade(circle(0.4, 0.05, 0.14))
          .shade(circle(0.05, -0.4, 0.14))),
  /** Seen from the side. */
  CAR(
      Drawing.empty()
          .body(
              union(
                  box(-0.7, 0, 0.55, 0.1), polygon(-0.65, 0.05, -0.4, -0.5, 0.3, -0.5, 0.6, 0.05)))
          .body(rounded(-1, 0, 1, 0.45, 0.18))
          .pale(polygon(-0.48, -0.02, -0.32, -0.36, -0.1, -0.36, -0.1, -0.02))
          .pale(polygon(0.02, -0.02, 0.02, -0.36, 0.22, -0.36, 0.42, -0.02))
          .pale(circle(0.88, 0.16, 0.1))
          .dark(circle(-0.5, 0.45, 0.29))
          .dark(circle(0.5, 0.45, 0.29))
          .pale(circle(-0.5, 0.45, 0.12))
          .pale(circle(0.5, 0.45, 0.12))),
  /** A hull with two sails. */
  BOAT(
      Drawing.empty()
          .body(polygon(-0.95, 0.42, 0.95, 0.42, 0.6, 0.95, -0.6, 0.95))
          .dark(box(-0.06, -1, 0.06, 0.42))
          .pale(polygon(0.12, -0.9, 0.12, 0.3, 0.85, 0.3))
          .shade(polygon(-0.12, -0.7, -0.12, 0.3, -0.7, 0.3))),
  /** A body with a tail, fins and an eye. */
  FISH(
      Drawing.empty()
          .body(ellipse(-0.25, 0, 0.75, 0.5))
          .shade(polygon(0.3, 0, 1, -0.6, 0.82, 0, 1, 0.6))
          .shade(polygon(-0.45, -0.42, 0.15, -0.75, 0.2, -0.35))
          .shade(polygon(-0.2, 0.1, 0.2, 0.35, 0.1, 0.02))
          .pale(circle(-0.62, -0.1, 0.17))
          .dark(circle(-0.65, -0.1, 0.09))),
  /** Six petals on a stem with leaves. */
  FLOWER(
      Drawing.empty()
          .dark(box(-0.07, 0.1, 0.07, 1))
          .dark(ellipse(0.3, 0.7, 0.28, 0.11, -0.5))
          .dark(ellipse(-0.3, 0.75, 0.28, 0.11, 0.5))
          .shade(petals(Math.PI / 6))
          .body(petals(0))
          .pale(circle(0, -0.35, 0.23))),
  /** A canopy with a hooked stick. */
  UMBRELLA(
      Drawing.empty()
          .body(canopy())
          .shade(without(dome(0, 0.1, 0.36, 1.02), scallops()))
          .dark(box(-0.06, -0.12, 0.06, 0.8))
          .dark(hook())
          .dark(box(-0.05, -1, 0.05, -0.88))),
  /** A mug with a handle. */
  CUP(
      Drawing.empty()
          .body(ring(0.5, 0.1, 0.46, 0.25))
          .body(rounded(-0.8, -0.65, 0.45, 0.85, 0.18))
          .shade(box(-0.8, 0.25, 0.45, 0.48))
          .pale(ellipse(-0.175, -0.62, 0.62, 0.2))
          .dark(ellipse(-0.175, -0.6, 0.48, 0.13))),
  /** A spotted cap on a stem. */
  MUSHROOM(
      Drawing.empty()
          .pale(rounded(-0.3, 0, 0.3, 0.95, 0.16))
          .body(dome(0, 0.15, 1, 1.1))
          .shade(box(-0.98, 0.05, 0.98, 0.15))
          .pale(circle(-0.5, -0.25, 0.19))
          .pale(circle(0.05, -0.6, 0.19))
          .pale(circle(0.55, -0.2, 0.17))
          .pale(circle(0.02, -0.12, 0.13))),
  /** With fins, a porthole and a flame. */
  ROCKET(
      Drawing.empty()
          .pale(polygon(-0.22, 0.6, 0.22, 0.6, 0, 1))
          .shade(polygon(-0.3, 0.05, -0.75, 0.75, -0.28, 0.6))
          .shade(polygon(0.3, 0.05, 0.75, 0.75, 0.28, 0.6))
          .body(fuselage())
          .shade(nose())
          .dark(circle(0, -0.15, 0.23))
          .pale(circle(0, -0.15, 0.15))),
  /** The face of a cat. */
  CAT(
      Drawing.empty()
          .body(polygon(-0.82, -0.98, -0.86, 0, -0.2, -0.5))
          .body(polygon(0.82, -0.98, 0.86, 0, 0.2, -0.5))
          .shade(polygon(-0.7, -0.72, -0.7, -0.3, -0.42, -0.48))
          .shade(polygon(0.7, -0.72, 0.7, -0.3, 0.42, -0.48))
          .body(ellipse(0, 0.15, 0.9, 0.78))
          .pale(ellipse(-0.36, -0.02, 0.22, 0.24))
          .pale(ellipse(0.36, -0.02, 0.22, 0.24))
          .dark(ellipse(-0.36, 0, 0.09, 0.2))
          .dark(ellipse(0.36, 0, 0.09, 0.2))
          .pale(ellipse(0, 0.5, 0.4, 0.26))
          .dark(polygon(-0.14, 0.32, 0.14, 0.32, 0, 0.5))
          .dark(box(-0.03, 0.45, 0.03, 0.68))),
  /** Two pairs of spotted wings. */
  BUTTERFLY(
      Drawing.empty()
          .body(ellipse(-0.52, -0.35, 0.55, 0.38, 0.6))
          .body(ellipse(0.52, -0.35, 0.55, 0.38, -0.6))
          .shade(ellipse(-0.42, 0.42, 0.42, 0.3, -0.7))
          .shade(ellipse(0.42, 0.42, 0.42, 0.3, 0.7))
          .pale(circle(-0.58, -0.4, 0.17))
          .pale(circle(0.58, -0.4, 0.17))
          .pale(circle(-0.42, 0.45, 0.11))
          .pale(circle(0.42, 0.45, 0.11))
          .dark(ellipse(0, 0.05, 0.1, 0.65))
          .dark(polygon(-0.02, -0.5, -0.3, -0.98, -0.22, -1, 0.05, -0.5))
          .dark(polygon(0.02, -0.5, 0.3, -0.98, 0.22, -1, -0.05, -0.5))),
  /** Seen from above. */
  AIRPLANE(
      Drawing.empty()
          .body(polygon(-0.1, -0.3, -1, 0.3, -1, 0.48, -0.1, 0.22))
          .body(polygon(0.1, -0.3, 1, 0.3, 1, 0.48, 0.1, 0.22))
          .shade(polygon(-0.08, 0.6, -0.45, 0.88, -0.45, 1, 0.45, 1, 0.45, 0.88, 0.08, 0.6))
          .body(ellipse(0, 0, 0.19, 1))
          .dark(ellipse(0, -0.68, 0.13, 0.12))
          .pale(box(-0.05, -0.4, 0.05, 0.55))
          .shade(ellipse(-0.52, 0.12, 0.09, 0.2))
          .shade(ellipse(0.52, 0.12, 0.09, 0.2))),
  /** An alarm clock with two bells. */
  CLOCK(
      Drawing.empty()
          .body(circle(0, 0.12, 0.8))
          .shade(ellipse(-0.55, -0.72, 0.36, 0.24, -0.7))
          .shade(ellipse(0.55, -0.72, 0.36, 0.24, 0.7))
          .dark(polygon(-0.5, 0.65, -0.75, 1, -0.55, 1, -0.35, 0.75))
          .dark(polygon(0.5, 0.65, 0.75, 1, 0.55, 1, 0.35, 0.75))
          .body(circle(0, 0.12, 0.8))
          .pale(circle(0, 0.12, 0.57))
          .dark(box(-0.06, -0.33, 0.06, 0.18))
          .dark(box(-0.06, 0.07, 0.38, 0.18)));

  private final Drawing drawing;
  private final Shape silhouette;

  Category(Drawing drawing) {
    this.drawing = drawing;
    silhouette = drawing.silhouette();
  }

  /** How it is drawn, in the square from -1 to 1. */
  Drawing drawing() {
    return drawing;
  }

  /** All that its drawing covers. */
  Shape silhouette() {
    return silhouette;
  }

  /** Its drawing at a place of a picture. */
  Drawing drawing(AffineTransform place) {
    return drawing.moved(place);
  }

  private static Shape petals(double from) {
    Shape[] petals = new Shape[6];
    for (int i = 0; i < petals.length; i++) {
      double angle = from + i * Math.PI / 3;
      petals[i] = circle(0.42 * Math.cos(angle), -0.35 + 0.42 * Math.sin(angle), 0.23);
    }
    return union(petals);
  }

  private static Shape canopy() {
    return without(dome(0, 0.1, 1, 1.02), scallops());
  }

  private static Shape scallops() {
    return union(
        ellipse(-0.68, 0.1, 0.32, 0.16),
        ellipse(0, 0.1, 0.36, 0.16),
        ellipse(0.68, 0.1, 0.32, 0.16));
  }

  private static Shape hook() {
    Shape lower = box(-1, 0.75, 1, 1);
    Shape tube = ring(0.17, 0.77, 0.23, 0.11);
    return without(tube, without(box(-1, -1, 1, 1), lower));
  }

  private static Shape fuselage() {
    return without(ellipse(0, 0.05, 0.38, 1.05), box(-1, 0.65, 1, 2));
  }

  private static Shape nose() {
    return without(fuselage(), box(-1, -0.5, 1, 2));
  }
}
