// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;

/** The texture behind the objects of a scene, in two colours. */
public enum Backdrop {
  /** From one colour to the other. */
  GRADIENT {
    @Override
    void paint(Graphics2D g, double side, double period, Color first, Color second) {
      g.setPaint(new GradientPaint(0, (float) -side, first, 0, (float) side, second));
      g.fill(new Rectangle2D.Double(-side, -side, 2 * side, 2 * side));
    }
  },
  /** Bands. */
  STRIPES {
    @Override
    void paint(Graphics2D g, double side, double period, Color first, Color second) {
      fill(g, side, first);
      g.setColor(second);
      for (double x = -side; x < side; x += period) {
        g.fill(new Rectangle2D.Double(x, -side, period / 2, 2 * side));
      }
    }
  },
  /** A chessboard. */
  CHECKER {
    @Override
    void paint(Graphics2D g, double side, double period, Color first, Color second) {
      fill(g, side, first);
      g.setColor(second);
      double cell = period / 2;
      int cells = (int) Math.ceil(side / cell);
      for (int i = -cells; i < cells; i++) {
        for (int j = -cells; j < cells; j++) {
          if (((i + j) & 1) == 0) {
            g.fill(new Rectangle2D.Double(i * cell, j * cell, cell, cell));
          }
        }
      }
    }
  },
  /** A grid of dots. */
  DOTS {
    @Override
    void paint(Graphics2D g, double side, double period, Color first, Color second) {
      fill(g, side, first);
      g.setColor(second);
      for (double x = -side; x < side; x += period) {
        for (double y = -side; y < side; y += period) {
          g.fill(new Ellipse2D.Double(x, y, period / 2, period / 2));
        }
      }
    }
  };

  /** Paints a square reaching {@code side} from the origin in each direction. */
  abstract void paint(Graphics2D g, double side, double period, Color first, Color second);

  private static void fill(Graphics2D g, double side, Color color) {
    g.setColor(color);
    g.fill(new Rectangle2D.Double(-side, -side, 2 * side, 2 * side));
  }
}
