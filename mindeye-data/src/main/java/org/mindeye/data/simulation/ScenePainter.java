// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.simulation.Scene.Hsb;
import org.mindeye.data.simulation.Scene.SceneObject;

/** Invents scenes and paints them with Java2D, without a display. */
public final class ScenePainter {
  private static final int MOST_SMALL_OBJECTS = 3;

  private final int side;

  /**
   * Creates a painter.
   *
   * @param side pixels per side of every picture, at least 16
   */
  public ScenePainter(int side) {
    if (side < 16) {
      throw new IllegalArgumentException("side: expected at least 16 pixels but was " + side);
    }
    this.side = side;
  }

  /**
   * Invents a scene: a large object, up to three small ones, a textured backdrop.
   *
   * @param noise where it is drawn from
   * @return the scene
   */
  public Scene invent(NoiseSource noise) {
    Draw draw = new Draw(noise);
    List<SceneObject> objects = new ArrayList<>();
    for (int small = draw.below(MOST_SMALL_OBJECTS + 1); small > 0; small--) {
      objects.add(object(draw, 0.08, 0.14, 0.12));
    }
    objects.add(object(draw, 0.2, 0.34, 0.3));
    return new Scene(
        Backdrop.values()[draw.below(Backdrop.values().length)],
        draw.between(0, Math.PI),
        draw.between(0.12, 0.4),
        color(draw, 0.1, 0.5, 0.3, 0.95),
        color(draw, 0.1, 0.5, 0.3, 0.95),
        objects);
  }

  private static SceneObject object(Draw draw, double least, double most, double margin) {
    return new SceneObject(
        Category.values()[draw.below(Category.values().length)],
        draw.between(margin, 1 - margin),
        draw.between(margin, 1 - margin),
        draw.between(least, most),
        draw.between(-0.5, 0.5),
        color(draw, 0.6, 1, 0.45, 1));
  }

  private static Hsb color(Draw draw, double s0, double s1, double b0, double b1) {
    return new Hsb(
        (float) draw.between(0, 1), (float) draw.between(s0, s1), (float) draw.between(b0, b1));
  }

  /**
   * Paints a scene.
   *
   * @param scene what to paint
   * @return an RGB picture of this painter's size
   */
  public BufferedImage paint(Scene scene) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      Graphics2D turned = (Graphics2D) g.create();
      turned.translate(side / 2.0, side / 2.0);
      turned.rotate(scene.backdropAngle());
      scene
          .backdrop()
          .paint(
              turned,
              side * 0.75,
              side * scene.backdropPeriod(),
              rgb(scene.first()),
              rgb(scene.second()));
      turned.dispose();
      for (SceneObject object : scene.objects()) {
        Shape shape =
            object
                .category()
                .placed(
                    object.x() * side, object.y() * side, object.radius() * side, object.angle());
        g.setColor(rgb(object.color()));
        g.fill(shape);
        g.setColor(rgb(object.color()).darker());
        g.draw(shape);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  private static Color rgb(Hsb c) {
    return Color.getHSBColor(c.hue(), c.saturation(), c.brightness());
  }

  /** One number after the other. */
  private record Draw(NoiseSource noise) {
    double between(double low, double high) {
      float[] one = new float[1];
      noise.uniform(one);
      return low + (high - low) * one[0];
    }

    int below(int bound) {
      return Math.min(bound - 1, (int) between(0, bound));
    }
  }
}
