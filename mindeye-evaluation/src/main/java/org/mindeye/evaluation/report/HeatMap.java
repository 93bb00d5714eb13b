// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.mindeye.Plural;
import org.mindeye.evaluation.SimilarityMatrix;

/**
 * A matrix as colours, from dark for the smallest value to bright for the largest. The colours are
 * even in brightness, so they also work in gray print and for colour-blind readers. They are stored
 * as one small picture, a pixel for each value.
 */
public final class HeatMap extends Chart {
  /** More rows or columns could not be told apart, and would make a page of megabytes. */
  private static final int MOST = 300;

  private static final double LEFT = 76;
  private static final double TOP = 12;
  private static final double SIDE = 440;
  private static final double BAR = LEFT + SIDE + 24;
  private static final double BAR_WIDTH = 18;
  private static final int LEVELS = 256;

  /** Viridis at five even steps: red, green, blue. */
  private static final int[][] COLORS = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}
  };

  private final SimilarityMatrix matrix;
  private final int rows;
  private final int columns;
  private final double low;
  private final double high;

  private HeatMap(String title, SimilarityMatrix matrix, double[] summary) {
    super(title, describe(matrix, summary));
    this.matrix = matrix;
    this.rows = shown(matrix.rows());
    this.columns = shown(matrix.columns());
    this.low = summary[0];
    this.high = summary[1];
  }

  /**
   * Draws the first 300 rows and columns at most; a larger matrix is cut, and says so.
   *
   * @param title the heading
   * @param matrix whose row i and column i belong together
   * @return the figure
   */
  public static HeatMap of(String title, SimilarityMatrix matrix) {
    return new HeatMap(title, matrix, summary(matrix));
  }

  private static int shown(int count) {
    return Math.min(count, MOST);
  }

  /** The smallest and the largest value that is shown, and the means on and off the diagonal. */
  private static double[] summary(SimilarityMatrix matrix) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double diagonal = 0;
    double others = 0;
    int rows = shown(matrix.rows());
    int columns = shown(matrix.columns());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double value = matrix.get(row, column);
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (row == column) {
          diagonal += value;
        } else {
          others += value;
        }
      }
    }
    int own = Math.min(rows, columns);
    return new double[] {low, high, diagonal / own, others / ((double) rows * columns - own)};
  }

  private static String describe(SimilarityMatrix matrix, double[] summary) {
    String text =
        String.format(
            Locale.ROOT,
            "Heat map of %s by %s, from %.3f to %.3f. Mean on the diagonal %.3f",
            Plural.of(shown(matrix.rows()), matrix.rowName()),
            Plural.of(shown(matrix.columns()), matrix.columnName()),
            summary[0],
            summary[1],
            summary[2]);
    return Double.isNaN(summary[3])
        ? text + "."
        : text + String.format(Locale.ROOT, ", elsewhere %.3f.", summary[3]);
  }

  @Override
  List<String> legend() {
    return List.of();
  }

  @Override
  void drawKey(Markup svg, int index) {
    throw new IllegalStateException("a heat map has no legend");
  }

  private double cell() {
    return SIDE / Math.max(rows, columns);
  }

  @Override
  int height() {
    return (int) Math.ceil(TOP + rows * cell() + 50);
  }

  @Override
  String footnote() {
    return rows < matrix.rows() || columns < matrix.columns()
        ? "The first " + rows + " of " + Plural.of(matrix.rows(), "row") + "."
        : "";
  }

  @Override
  void draw(Markup svg) {
    double right = LEFT + columns * cell();
    double bottom = TOP + rows * cell();
    double spread = high > low ? high - low : 1;
    picture(
        svg,
        new double[] {LEFT, TOP, right - LEFT, bottom - TOP},
        png(
            columns,
            rows,
            (x, y) -> (int) Math.round((matrix.get(y, x) - low) / spread * (LEVELS - 1))));
    positions(columns).forEach(i -> tick(svg, i, LEFT + (i + 0.5) * cell(), bottom));
    for (int i : positions(rows)) {
      double y = TOP + (i + 0.5) * cell() + 5;
      svg.element("text", String.valueOf(i), "x", LEFT - 8, "y", y, "class", "tick end");
    }
    double middle = (LEFT + right) / 2;
    svg.element(
        "text", matrix.columnName(), "x", middle, "y", bottom + 42, "class", "label middle");
    String turned = "translate(16 " + Markup.coordinate((TOP + bottom) / 2) + ") rotate(-90)";
    svg.element("text", matrix.rowName(), "transform", turned, "class", "label middle");
    bar(svg, bottom);
  }

  private static void tick(Markup svg, int i, double x, double bottom) {
    svg.element("text", String.valueOf(i), "x", x, "y", bottom + 20, "class", "tick middle");
  }

  /** Round positions among so many, from 0. */
  private static List<Integer> positions(int count) {
    if (count == 1) {
      return List.of(0);
    }
    return Axis.between(0, count - 1.0).ticks().stream()
        .filter(tick -> tick == Math.rint(tick))
        .map(Double::intValue)
        .toList();
  }

  /** Which colour is which value. */
  private void bar(Markup svg, double bottom) {
    picture(
        svg,
        new double[] {BAR, TOP, BAR_WIDTH, bottom - TOP},
        png(1, LEVELS, (x, y) -> LEVELS - 1 - y));
    Axis axis = Axis.between(low, high > low ? high : low + 1);
    for (double value : axis.ticks()) {
      double y = axis.position(value, bottom, TOP) + 5;
      String label = ValueFormat.NUMBER.atStep(value, axis.step());
      svg.element("text", label, "x", BAR + BAR_WIDTH + 7, "y", y, "class", "tick");
    }
  }

  private static void picture(Markup svg, double[] box, byte[] png) {
    svg.empty(
        "image",
        "x",
        box[0],
        "y",
        box[1],
        "width",
        box[2],
        "height",
        box[3],
        "preserveAspectRatio",
        "none",
        "class",
        "heat",
        "href",
        "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
  }

  /** A picture whose pixels are levels of the scale. */
  private static byte[] png(int width, int height, IntBinaryOperator level) {
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, scale());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, level.applyAsInt(x, y));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("heat map", e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static IndexColorModel scale() {
    byte[][] channels = new byte[3][LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      double place = level / (LEVELS - 1.0) * (COLORS.length - 1);
      int from = Math.min((int) place, COLORS.length - 2);
      for (int channel = 0; channel < 3; channel++) {
        int a = COLORS[from][channel];
        int b = COLORS[from + 1][channel];
        channels[channel][level] = (byte) Math.round(a + (place - from) * (b - a));
      }
    }
    return new IndexColorModel(8, LEVELS, channels[0], channels[1], channels[2]);
  }
}
