// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** The pattern of a backdrop, in two colours. */
public enum Texture {
  /** One colour. */
  PLAIN(0.5) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      // Nothing on the ground.
    }
  },
  /** Bands. */
  STRIPES(0.5) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      for (double x = -side; x < side; x += period) {
        fill(g, x, -side, period / 2, 2 * side);
      }
    }
  },
  /** A chessboard. */
  CHECKS(0.25) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      double cell = period / 2;
      int cells = (int) Math.ceil(side / cell);
      for (int i = -cells; i < cells; i++) {
        for (int j = -cells; j < cells; j++) {
          if (((i + j) & 1) == 0) {
            fill(g, i * cell, j * cell, cell, cell);
          }
        }
      }
    }
  },
  /** Rows of dots, each between two of the row before. */
  DOTS(0.25) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      double step = 0.7 * period;
      double dot = 0.36 * period;
      int row = 0;
      for (double y = -side; y < side; y += step) {
        for (double x = -side + (row++ % 2) * step / 2; x < side; x += step) {
          g.fill(new Ellipse2D.Double(x, y, dot, dot));
        }
      }
    }
  },
  /** Wavy lines. */
  WAVES(0.125) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      g.setStroke(new BasicStroke((float) (0.2 * period)));
      for (double y = -side; y < side; y += 0.5 * period) {
        Path2D line = new Path2D.Double();
        line.moveTo(-side, y);
        for (double x = -side; x < side; x += period) {
          double high = y - 0.35 * period;
          double low = y + 0.35 * period;
          line.curveTo(x + period / 3, high, x + 2 * period / 3, low, x + period, y);
        }
        g.draw(line);
      }
    }
  },
  /** Bricks, each above the joint of two. */
  BRICKS(0.0625) {
    @Override
    void paintPattern(Graphics2D g, double side, double period) {
      double height = 0.45 * period;
      double joint = 0.1 * period;
      int row = 0;
      for (double y = -side; y < side; y += height) {
        fill(g, -side, y, 2 * side, joint);
        for (double x = -side + (row++ % 2) * period / 2; x < side; x += period) {
          fill(g, x, y, joint, height);
        }
      }
    }
  };

  /** How far it may be turned either way, in half turns. */
  private final double tilt;

  Texture(double tilt) {
    this.tilt = tilt;
  }

  /** The largest angle of a backdrop, in radians, either way. */
  double tilt() {
    return tilt * Math.PI;
  }

  /** Paints a square reaching {@code side} from the origin in each direction. */
  final void paint(Graphics2D g, double side, double period, Color first, Color second) {
    g.setColor(first);
    fill(g, -side, -side, 2 * side, 2 * side);
    g.setColor(second);
    paintPattern(g, side, period);
  }

  abstract void paintPattern(Graphics2D g, double side, double period);

  private static void fill(Graphics2D g, double x, double y, double width, double height) {
    g.fill(new Rectangle2D.Double(x, y, width, height));
  }
}
