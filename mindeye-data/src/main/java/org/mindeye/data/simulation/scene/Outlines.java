// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** Shapes in the square from -1 to 1, y pointing down. */
final class Outlines {
  private Outlines() {}

  static Shape circle(double x, double y, double radius) {
    return ellipse(x, y, radius, radius);
  }

  static Shape ellipse(double x, double y, double halfWidth, double halfHeight) {
    return new Ellipse2D.Double(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight);
  }

  /** An ellipse that is turned clockwise about its centre. */
  static Shape ellipse(double x, double y, double halfWidth, double halfHeight, double angle) {
    return AffineTransform.getRotateInstance(angle, x, y)
        .createTransformedShape(ellipse(x, y, halfWidth, halfHeight));
  }

  /** The upper half of an ellipse. */
  static Shape dome(double x, double y, double halfWidth, double halfHeight) {
    return new Arc2D.Double(
        x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight, 0, 180, Arc2D.CHORD);
  }

  /** From one corner to the opposite one. */
  static Shape box(double left, double top, double right, double bottom) {
    return new Rectangle2D.Double(left, top, right - left, bottom - top);
  }

  /** A box with round corners. */
  static Shape rounded(double left, double top, double right, double bottom, double radius) {
    return new RoundRectangle2D.Double(
        left, top, right - left, bottom - top, 2 * radius, 2 * radius);
  }

  /** Corners as pairs of x and y. */
  static Shape polygon(double... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(corners[0], corners[1]);
    for (int i = 2; i < corners.length; i += 2) {
      path.lineTo(corners[i], corners[i + 1]);
    }
    path.closePath();
    return path;
  }

  static Shape ring(double x, double y, double radius, double hole) {
    return without(circle(x, y, radius), circle(x, y, hole));
  }

  static Shape union(Shape... shapes) {
    Area area = new Area();
    for (Shape shape : shapes) {
      area.add(new Area(shape));
    }
    return area;
  }

  static Shape without(Shape a, Shape hole) {
    Area area = new Area(a);
    area.subtract(new Area(hole));
    return area;
  }
}
