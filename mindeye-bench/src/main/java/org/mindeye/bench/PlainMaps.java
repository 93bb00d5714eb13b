// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;

/**
 * Stable Diffusion's layers as the formulas read, in loops, for one image: what the benchmarks
 * compare with. Maps are {@code [channel][row][column]}.
 */
final class PlainMaps {
  private static final double EPSILON = 1e-6;

  private final Map<String, float[]> numbers = new HashMap<>();
  private final int groups;

  /** Reads the weights. */
  PlainMaps(Network network, int groups) {
    this.groups = groups;
    for (Map.Entry<String, NDArray> each : network.arrays().entrySet()) {
      numbers.put(each.getKey(), each.getValue().toFloatArray());
    }
  }

  /** The numbers of a tensor; null if there is none of this name. */
  float[] numbers(String name) {
    return numbers.get(name);
  }

  /** A VAE decoder: the layers of a prefix, with so many stages. */
  double[][][] upsample(String prefix, double[][][] x, int stages) {
    double[][][] y = middle(prefix, convolve(prefix + "conv_in", x, 3));
    for (int i = 0; i < stages; i++) {
      String stage = prefix + "up_blocks." + i + ".";
      y = residuals(stage, y);
      if (i < stages - 1) {
        y = convolve(stage + "upsamplers.0.conv", doubled(y), 3);
      }
    }
    return end(prefix, y);
  }

  /** A VAE encoder. */
  double[][][] downsample(String prefix, double[][][] x, int stages) {
    double[][][] y = convolve(prefix + "conv_in", x, 3);
    for (int i = 0; i < stages; i++) {
      String stage = prefix + "down_blocks." + i + ".";
      y = residuals(stage, y);
      if (i < stages - 1) {
        y = convolve(stage + "downsamplers.0.conv", y, 3, 2, 0);
      }
    }
    return end(prefix, middle(prefix, y));
  }

  private double[][][] middle(String prefix, double[][][] x) {
    double[][][] y = residual(prefix + "mid_block.resnets.0", x);
    return residual(
        prefix + "mid_block.resnets.1", attention(prefix + "mid_block.attentions.0", y));
  }

  private double[][][] residuals(String stage, double[][][] x) {
    double[][][] y = x;
    for (int j = 0; numbers.containsKey(stage + "resnets." + j + ".conv1.weight"); j++) {
      y = residual(stage + "resnets." + j, y);
    }
    return y;
  }

  private double[][][] end(String prefix, double[][][] x) {
    double[][][] normed = norm(prefix + "conv_norm_out", x, groups, EPSILON);
    return convolve(prefix + "conv_out", activated(normed, true), 3);
  }

  private double[][][] residual(String name, double[][][] x) {
    return residual(name, x, null, EPSILON);
  }

  /** A residual block, in which each channel may be shifted between its halves. */
  double[][][] residual(String name, double[][][] x, double[] shift, double epsilon) {
    double[][][] y = activated(norm(name + ".norm1", x, groups, epsilon), true);
    y = convolve(name + ".conv1", y, 3);
    for (int c = 0; shift != null && c < y.length; c++) {
      for (double[] row : y[c]) {
        for (int i = 0; i < row.length; i++) {
          row[i] += shift[c];
        }
      }
    }
    y = activated(norm(name + ".norm2", y, groups, epsilon), true);
    y = convolve(name + ".conv2", y, 3);
    boolean widens = numbers.containsKey(name + ".conv_shortcut.weight");
    return sum(y, widens ? convolve(name + ".conv_shortcut", x, 1) : x);
  }

  private double[][][] attention(String name, double[][][] x) {
    double[][][] normed = norm(name + ".group_norm", x, groups, EPSILON);
    double[][][] q = convolve(name + ".query", normed, 1);
    double[][][] k = convolve(name + ".key", normed, 1);
    double[][][] v = convolve(name + ".value", normed, 1);
    int height = x[0].length;
    int width = x[0][0].length;
    double[][][] mixed = new double[x.length][height][width];
    for (int i = 0; i < height * width; i++) {
      double[] shares = new double[height * width];
      double total = 0;
      for (int j = 0; j < shares.length; j++) {
        double score = 0;
        for (int c = 0; c < x.length; c++) {
          score += q[c][i / width][i % width] * k[c][j / width][j % width];
        }
        shares[j] = Math.exp(score / Math.sqrt(x.length));
        total += shares[j];
      }
      for (int c = 0; c < x.length; c++) {
        for (int j = 0; j < shares.length; j++) {
          mixed[c][i / width][i % width] += shares[j] / total * v[c][j / width][j % width];
        }
      }
    }
    return sum(convolve(name + ".proj_attn", mixed, 1), x);
  }

  /** A linear layer, with a bias if there is one. */
  double[] linear(String name, double[] x) {
    float[] matrix = numbers.get(name + ".weight");
    float[] bias = numbers.get(name + ".bias");
    double[] y = new double[matrix.length / x.length];
    for (int i = 0; i < matrix.length; i++) {
      y[i / x.length] += matrix[i] * x[i % x.length];
    }
    for (int i = 0; bias != null && i < y.length; i++) {
      y[i] += bias[i];
    }
    return y;
  }

  /** With zeros around as wide as half the window. */
  double[][][] convolve(String name, double[][][] x, int window) {
    return convolve(name, x, window, 1, window / 2);
  }

  /** Zeros above and on the left as given, and as many as needed on the other sides. */
  double[][][] convolve(String name, double[][][] x, int window, int stride, int before) {
    float[] kernel = numbers.get(name + ".weight");
    float[] bias = numbers.get(name + ".bias");
    int out = kernel.length / (x.length * window * window);
    double[][][] y = new double[out][x[0].length / stride][x[0][0].length / stride];
    for (int o = 0; o < out; o++) {
      for (int row = 0; row < y[o].length; row++) {
        for (int column = 0; column < y[o][row].length; column++) {
          double sum = bias == null ? 0 : bias[o];
          for (int i = 0; i < x.length * window * window; i++) {
            int r = row * stride - before + i / window % window;
            int c = column * stride - before + i % window;
            if (r >= 0 && r < x[0].length && c >= 0 && c < x[0][0].length) {
              sum += kernel[o * x.length * window * window + i] * x[i / (window * window)][r][c];
            }
          }
          y[o][row][column] = sum;
        }
      }
    }
    return y;
  }

  /** Group normalisation. */
  double[][][] norm(String name, double[][][] x, int parts, double epsilon) {
    float[] gain = numbers.get(name + ".weight");
    float[] bias = numbers.get(name + ".bias");
    int size = x.length / parts;
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int part = 0; part < parts; part++) {
      double sum = 0;
      double squares = 0;
      double count = (double) size * x[0].length * x[0][0].length;
      for (int c = part * size; c < (part + 1) * size; c++) {
        for (double[] row : x[c]) {
          for (double value : row) {
            sum += value;
            squares += value * value;
          }
        }
      }
      double mean = sum / count;
      double deviation = Math.sqrt(squares / count - mean * mean + epsilon);
      for (int c = part * size; c < (part + 1) * size; c++) {
        for (int r = 0; r < x[c].length; r++) {
          for (int i = 0; i < x[c][r].length; i++) {
            y[c][r][i] = (x[c][r][i] - mean) / deviation * gain[c] + bias[c];
          }
        }
      }
    }
    return y;
  }

  /** SiLU, or ReLU. */
  static double[][][] activated(double[][][] x, boolean silu) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < x.length; c++) {
      for (int r = 0; r < x[c].length; r++) {
        for (int i = 0; i < x[c][r].length; i++) {
          double value = x[c][r][i];
          y[c][r][i] = silu ? value / (1 + Math.exp(-value)) : Math.max(0, value);
        }
      }
    }
    return y;
  }

  static double[][][] doubled(double[][][] x) {
    double[][][] y = new double[x.length][2 * x[0].length][2 * x[0][0].length];
    for (int c = 0; c < y.length; c++) {
      for (int r = 0; r < y[c].length; r++) {
        for (int i = 0; i < y[c][r].length; i++) {
          y[c][r][i] = x[c][r / 2][i / 2];
        }
      }
    }
    return y;
  }

  static double[][][] sum(double[][][] x, double[][][] y) {
    double[][][] sum = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < x.length; c++) {
      for (int r = 0; r < x[c].length; r++) {
        for (int i = 0; i < x[c][r].length; i++) {
          sum[c][r][i] = x[c][r][i] + y[c][r][i];
        }
      }
    }
    return sum;
  }

  /** Numbers that lie channel after channel, row after row. */
  static double[][][] maps(float[] values, int channels, int height, int width) {
    double[][][] maps = new double[channels][height][width];
    for (int i = 0; i < values.length; i++) {
      maps[i / (height * width)][i / width % height][i % width] = values[i];
    }
    return maps;
  }

  /** A computed tensor's numbers against maps. */
  static void check(String what, float[] actual, double[][][] expected) {
    check(what, Precision.FLOAT32, actual, expected);
  }

  /** The same of a network that computes in a format of numbers. */
  static void check(String what, Precision precision, float[] actual, double[][][] expected) {
    double tolerance = tolerance(precision);
    int next = 0;
    for (double[][] channel : expected) {
      for (double[] row : channel) {
        for (double value : row) {
          Check.near(what, actual[next++], value, tolerance);
        }
      }
    }
  }

  /** What rounding may do to numbers of about 1. */
  static double tolerance(Precision precision) {
    return precision == Precision.FLOAT32 ? 1e-4 : 0.1;
  }
}
