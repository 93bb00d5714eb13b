// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;

/**
 * What a thing looks like: parts that are filled in their order, in the square from -1 to 1, y
 * pointing down. Immutable.
 *
 * @param parts in the order of painting
 */
record Drawing(List<Part> parts) {
  /** How a part's colour follows from the colour that the thing is called by. */
  enum Tone {
    /** The thing's own colour. */
    BODY {
      @Override
      Color of(Color body) {
        return body;
      }
    },
    /** Darker. */
    SHADE {
      @Override
      Color of(Color body) {
        return mixed(body, Color.BLACK, 0.32);
      }
    },
    /** Nearly black, whatever the thing's colour. */
    DARK {
      @Override
      Color of(Color body) {
        return new Color(38, 34, 42);
      }
    },
    /** Nearly white, whatever the thing's colour. */
    PALE {
      @Override
      Color of(Color body) {
        return new Color(248, 246, 236);
      }
    };

    abstract Color of(Color body);

    static Color mixed(Color a, Color b, double share) {
      return new Color(
          (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
          (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
          (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
    }
  }

  /** A filled shape. */
  record Part(Shape shape, Tone tone) {}

  Drawing {
    parts = List.copyOf(parts);
  }

  /** Nothing yet. */
  static Drawing empty() {
    return new Drawing(List.of());
  }

  Drawing body(Shape shape) {
    return with(shape, Tone.BODY);
  }

  Drawing shade(Shape shape) {
    return with(shape, Tone.SHADE);
  }

  Drawing dark(Shape shape) {
    return with(shape, Tone.DARK);
  }

  Drawing pale(Shape shape) {
    return with(shape, Tone.PALE);
  }

  private Drawing with(Shape shape, Tone tone) {
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(shape, tone));
    return new Drawing(more);
  }

  /** All that the parts cover. */
  Shape silhouette() {
    return Outlines.union(parts.stream().map(Part::shape).toArray(Shape[]::new));
  }

  /** The same somewhere else. */
  Drawing moved(AffineTransform place) {
    return new Drawing(
        parts.stream()
            .map(part -> new Part(place.createTransformedShape(part.shape()), part.tone()))
            .toList());
  }
}
