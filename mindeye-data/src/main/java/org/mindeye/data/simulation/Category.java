// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** What an object of a scene is. Each outline fits the square from -1 to 1 in both axes. */
public enum Category {
  /** A filled circle. */
  BALL {
    @Override
    Shape outline() {
      return circle(0, 0, 1);
    }
  },
  /** A filled square. */
  BOX {
    @Override
    Shape outline() {
      return new Rectangle2D.Double(-0.85, -0.85, 1.7, 1.7);
    }
  },
  /** A triangle standing on its base. */
  TENT {
    @Override
    Shape outline() {
      return polygon(0, -1, 0.95, 0.8, -0.95, 0.8);
    }
  },
  /** A star of five points. */
  STAR {
    @Override
    Shape outline() {
      double[] points = new double[20];
      for (int i = 0; i < 10; i++) {
        double radius = i % 2 == 0 ? 1 : 0.42;
        points[2 * i] = radius * Math.sin(Math.PI * i / 5);
        points[2 * i + 1] = -radius * Math.cos(Math.PI * i / 5);
      }
      return polygon(points);
    }
  },
  /** A disc with a hole. */
  RING {
    @Override
    Shape outline() {
      return without(circle(0, 0, 1), circle(0, 0, 0.55));
    }
  },
  /** Two crossed bars. */
  CROSS {
    @Override
    Shape outline() {
      return union(
          new Rectangle2D.Double(-0.3, -1, 0.6, 2), new Rectangle2D.Double(-1, -0.3, 2, 0.6));
    }
  },
  /** A heart. */
  HEART {
    @Override
    Shape outline() {
      Path2D path = new Path2D.Double();
      path.moveTo(0, 0.95);
      path.curveTo(-1.6, -0.25, -0.75, -1.35, 0, -0.45);
      path.curveTo(0.75, -1.35, 1.6, -0.25, 0, 0.95);
      path.closePath();
      return path;
    }
  },
  /** A crescent moon. */
  MOON {
    @Override
    Shape outline() {
      return without(circle(0, 0, 1), circle(0.5, -0.1, 0.85));
    }
  },
  /** An arrow pointing up. */
  ARROW {
    @Override
    Shape outline() {
      return polygon(0, -1, 0.8, -0.1, 0.3, -0.1, 0.3, 1, -0.3, 1, -0.3, -0.1, -0.8, -0.1);
    }
  },
  /** A house with a roof wider than its walls. */
  HOUSE {
    @Override
    Shape outline() {
      return union(
          polygon(0, -1, 1, -0.1, -1, -0.1), new Rectangle2D.Double(-0.7, -0.1, 1.4, 1.05));
    }
  },
  /** A tree: a round crown on a trunk. */
  TREE {
    @Override
    Shape outline() {
      return union(
          union(circle(0, -0.4, 0.6), circle(-0.45, -0.1, 0.4)),
          union(circle(0.45, -0.1, 0.4), new Rectangle2D.Double(-0.15, 0.1, 0.3, 0.9)));
    }
  },
  /** A fish with a tail. */
  FISH {
    @Override
    Shape outline() {
      return union(new Ellipse2D.Double(-1, -0.5, 1.5, 1), polygon(0.25, 0, 1, -0.6, 1, 0.6));
    }
  };

  private final Shape shape = outline();

  /** The filled outline, y pointing down. */
  abstract Shape outline();

  /** The outline at a place, size and angle of a picture. */
  Shape placed(double x, double y, double radius, double angle) {
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.rotate(angle);
    place.scale(radius, radius);
    return place.createTransformedShape(shape);
  }

  private static Shape circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private static Shape polygon(double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return path;
  }

  private static Shape union(Shape a, Shape b) {
    Area area = new Area(a);
    area.add(new Area(b));
    return area;
  }

  private static Shape without(Shape a, Shape hole) {
    Area area = new Area(a);
    area.subtract(new Area(hole));
    return area;
  }
}
