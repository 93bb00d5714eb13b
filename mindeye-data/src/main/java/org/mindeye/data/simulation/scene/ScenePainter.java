// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.mindeye.data.simulation.scene.Scene.Backdrop;
import org.mindeye.data.simulation.scene.Scene.Pose;
import org.mindeye.data.simulation.scene.Scene.Thing;

/** Paints scenes with Java2D, without a display. */
public final class ScenePainter {
  private static final Color OUTLINE = new Color(0, 0, 0, 150);
  private static final Color SHADOW = new Color(0, 0, 0, 70);
  private static final Color LIT = new Color(255, 255, 255, 60);
  private static final Color UNLIT = new Color(0, 0, 0, 60);
  private static final double SHADOW_AWAY = 0.22;
  private static final int CHANNELS = 3;

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
   * Paints a scene.
   *
   * @param scene what to paint
   * @return an RGB picture of this painter's size
   */
  public BufferedImage paint(Scene scene) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    int[] levels = levels(scene);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, levels[i]);
    }
    return image;
  }

  /**
   * Paints a scene.
   *
   * @param scene what to paint
   * @return {@code [side, side, 3]}, red, green and blue of each pixel, row by row, as {@link
   *     org.mindeye.data.RawImage} takes them
   */
  public byte[] pixels(Scene scene) {
    int[] levels = levels(scene);
    byte[] pixels = new byte[CHANNELS * levels.length];
    for (int i = 0; i < levels.length; i++) {
      pixels[CHANNELS * i] = (byte) (levels[i] >> 16);
      pixels[CHANNELS * i + 1] = (byte) (levels[i] >> 8);
      pixels[CHANNELS * i + 2] = (byte) levels[i];
    }
    return pixels;
  }

  /**
   * Whose each pixel is, without its shadow.
   *
   * @param scene what would be painted
   * @return {@code [side, side]}, row by row: 0 for the backdrop, else the number of the thing,
   *     from 1
   */
  public byte[] owners(Scene scene) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      for (int i = 0; i < scene.things().size(); i++) {
        Thing thing = scene.things().get(i);
        g.setColor(new Color(i + 1));
        g.fill(place(thing.pose()).createTransformedShape(thing.category().silhouette()));
      }
    } finally {
      g.dispose();
    }
    int[] colors = image.getRGB(0, 0, side, side, null, 0, side);
    byte[] owners = new byte[colors.length];
    for (int i = 0; i < colors.length; i++) {
      owners[i] = (byte) colors[i];
    }
    return owners;
  }

  private int[] levels(Scene scene) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      paint(g, scene.backdrop());
      for (Thing thing : scene.things()) {
        paint(g, thing, scene.lighting());
      }
    } finally {
      g.dispose();
    }
    int[] levels = image.getRGB(0, 0, side, side, null, 0, side);
    for (int i = 0; i < levels.length; i++) {
      double factor = scene.lighting().factor((i % side + 0.5) / side, (i / side + 0.5) / side);
      levels[i] =
          lit(levels[i] >> 16, factor) << 16
              | lit(levels[i] >> 8, factor) << 8
              | lit(levels[i], factor);
    }
    return levels;
  }

  private static int lit(int level, double factor) {
    return (int) Math.min(255, Math.round((level & 0xff) * factor));
  }

  private void paint(Graphics2D g, Backdrop backdrop) {
    Graphics2D turned = (Graphics2D) g.create();
    turned.translate(side / 2.0, side / 2.0);
    turned.rotate(backdrop.angle());
    backdrop
        .texture()
        .paint(
            turned,
            side * 0.8,
            side * backdrop.period(),
            backdrop.first().color(),
            backdrop.second().color());
    turned.dispose();
  }

  private void paint(Graphics2D g, Thing thing, Lighting lighting) {
    AffineTransform place = place(thing.pose());
    Shape silhouette = place.createTransformedShape(thing.category().silhouette());
    double away = SHADOW_AWAY * thing.pose().radius() * side;
    double down = lighting.from() == Lighting.Side.FRONT ? away / 2 : -lighting.from().y() * away;
    g.setColor(SHADOW);
    g.fill(
        AffineTransform.getTranslateInstance(-lighting.from().x() * away, down)
            .createTransformedShape(silhouette));
    Color body = thing.color().color();
    for (Drawing.Part part : thing.category().drawing(place).parts()) {
      g.setColor(part.tone().of(body));
      g.fill(part.shape());
    }
    shade(g, silhouette, lighting.from());
    g.setColor(OUTLINE);
    g.setStroke(new BasicStroke(side / 64f));
    g.draw(silhouette);
  }

  /** Lighter where the light comes from, darker on the other side. */
  private static void shade(Graphics2D g, Shape silhouette, Lighting.Side from) {
    if (from == Lighting.Side.FRONT) {
      return;
    }
    Rectangle2D bounds = silhouette.getBounds2D();
    float x = (float) bounds.getCenterX();
    float y = (float) bounds.getCenterY();
    float dx = (float) (from.x() * bounds.getWidth() / 2);
    float dy = (float) (from.y() * bounds.getHeight() / 2);
    g.setPaint(new GradientPaint(x + dx, y + dy, LIT, x - dx, y - dy, UNLIT));
    g.fill(silhouette);
  }

  private AffineTransform place(Pose pose) {
    double radius = pose.radius() * side;
    AffineTransform place = AffineTransform.getTranslateInstance(pose.x() * side, pose.y() * side);
    place.rotate(pose.angle());
    place.scale(pose.mirrored() ? -radius : radius, radius);
    return place;
  }
}
