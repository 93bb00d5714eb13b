// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;

/**
 * The 257-token prior's network as the formulas read, in loops and in double precision, for one
 * sample: what the benchmarks compare with. Without dropout. It takes a minute for a network of the
 * published size, so only small ones are compared.
 */
final class PlainPrior {
  private static final double EPSILON = 1e-5;
  private static final double TEMPERATURE = 16;
  private static final String LAYERS = "causal_transformer.layers.";

  private final PriorConfig config;
  private final Map<String, double[]> weights;

  private PlainPrior(PriorConfig config, Map<String, double[]> weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Copies a network's weights. */
  static PlainPrior of(PriorNetwork network) {
    return moved(network, Map.of(), 0);
  }

  /** The same network a step away, for slopes; weights without a direction stay. */
  static PlainPrior moved(PriorNetwork network, Map<String, float[]> direction, double step) {
    Map<String, double[]> copies = new HashMap<>();
    network
        .arrays()
        .forEach((name, array) -> copies.put(name, moved(array, direction.get(name), step)));
    return new PlainPrior(network.config(), copies);
  }

  private static double[] moved(NDArray array, float[] direction, double step) {
    float[] values = array.toFloatArray();
    double[] moved = new double[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = values[i] + (direction == null ? 0 : step * direction[i]);
    }
    return moved;
  }

  /** What stands for a hidden brain. */
  double[][] nullBrain() {
    return table("null_brain_embeds");
  }

  /** What stands for a hidden image. */
  double[][] nullImage() {
    return table("null_image_embed");
  }

  private double[][] table(String name) {
    int width = config.space().width();
    double[] values = weights.get(name);
    double[][] rows = new double[config.space().tokens()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = part(values, i * width, width);
    }
    return rows;
  }

  /**
   * One prediction.
   *
   * @param noisy {@code [tokens][width]}
   * @param timestep how noisy it is
   * @param brain {@code [tokens][width]}
   * @return {@code [tokens][width]}
   */
  double[][] predict(double[][] noisy, int timestep, double[][] brain) {
    int tokens = brain.length;
    double[][] query = table("learned_query");
    double[][] x = new double[2 * tokens + 1][];
    for (int i = 0; i < tokens; i++) {
      x[i] = brain[i];
      x[tokens + 1 + i] = sum(noisy[i], query[i]);
    }
    x[tokens] = time(timestep, brain[0].length);
    for (int i = 0; i < config.transformer().depth(); i++) {
      x = layer(LAYERS + i, x);
    }
    double[][] clean = new double[tokens][];
    for (int i = 0; i < tokens; i++) {
      double[] top = stableNorm("causal_transformer.norm", x[tokens + 1 + i]);
      clean[i] = linear("causal_transformer.project_out", top);
    }
    return clean;
  }

  private double[] time(int timestep, int width) {
    int half = width / 2;
    double[] x = new double[width];
    for (int j = 0; j < half; j++) {
      double angle = timestep * Math.pow(10_000, -j / (half - 1.0));
      x[j] = Math.sin(angle);
      x[half + j] = Math.cos(angle);
    }
    String mlp = "to_time_embeds.0.1.net.";
    double[] y = each(linear(mlp + "0.0", x), PlainPrior::silu);
    return linear(mlp + "2", each(linear(mlp + "1.0", y), PlainPrior::silu));
  }

  private double[][] layer(String name, double[][] x) {
    String attention = name + ".0";
    int width = config.transformer().headWidth();
    double[][] keys = new double[x.length + 1][];
    double[][] values = new double[x.length + 1][];
    double[] learned = weights.get(attention + ".null_kv");
    keys[0] = unit(part(learned, 0, width));
    values[0] = part(learned, width, width);
    double[][] queries = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] normed = norm(attention + ".norm", x[i]);
      double[] found = linear(attention + ".to_kv", normed);
      keys[i + 1] = unit(turned(part(found, 0, width), i));
      values[i + 1] = part(found, width, width);
      queries[i] = linear(attention + ".to_q", normed);
    }
    double[][] y = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] heard = linear(attention + ".to_out.0", attend(queries[i], i, keys, values));
      double[] z = sum(norm(attention + ".to_out.1", heard), x[i]);
      y[i] = sum(feedForward(name + ".1", z), z);
    }
    return y;
  }

  /** All heads of one query. */
  private double[] attend(double[] queries, int position, double[][] keys, double[][] values) {
    int width = config.transformer().headWidth();
    int heads = config.transformer().heads();
    double[] table = weights.get("causal_transformer.rel_pos_bias.relative_attention_bias.weight");
    double[] heard = new double[queries.length];
    for (int h = 0; h < heads; h++) {
      double[] query = unit(turned(part(queries, h * width, width), position));
      double sum = 0;
      double[] mean = new double[width];
      for (int j = 0; j < keys.length; j++) {
        double score = TEMPERATURE * dot(query, keys[j]) + table[bucket(position - j) * heads + h];
        double weight = Math.exp(score);
        sum += weight;
        for (int c = 0; c < width; c++) {
          mean[c] += weight * values[j][c];
        }
      }
      for (int c = 0; c < width; c++) {
        heard[h * width + c] = mean[c] / sum;
      }
    }
    return heard;
  }

  /** T5's: exact up to 15, then logarithmic up to 128; nothing looks ahead. */
  private static int bucket(int distance) {
    if (distance < 16) {
      return Math.max(distance, 0);
    }
    return Math.min(31, 16 + (int) Math.floor(16 * Math.log(distance / 16.0) / Math.log(8)));
  }

  /** Rotary positions: neighbouring channels, the first 32 of a head. */
  private static double[] turned(double[] x, int position) {
    double[] y = x.clone();
    int rotated = Math.min(32, x.length);
    for (int c = 0; c < rotated; c += 2) {
      double angle = position * Math.pow(10_000, -(double) c / rotated);
      y[c] = x[c] * Math.cos(angle) - x[c + 1] * Math.sin(angle);
      y[c + 1] = x[c + 1] * Math.cos(angle) + x[c] * Math.sin(angle);
    }
    return y;
  }

  private double[] feedForward(String name, double[] x) {
    double[] wide = linear(name + ".1", norm(name + ".0", x));
    double[] gated = new double[wide.length / 2];
    for (int i = 0; i < gated.length; i++) {
      gated[i] = wide[i] * silu(wide[gated.length + i]);
    }
    return linear(name + ".5", gated);
  }

  private double[] linear(String name, double[] x) {
    double[] matrix = weights.get(name + ".weight");
    double[] bias = weights.get(name + ".bias");
    double[] y = new double[matrix.length / x.length];
    for (int i = 0; i < y.length; i++) {
      double sum = bias == null ? 0 : bias[i];
      for (int j = 0; j < x.length; j++) {
        sum += matrix[i * x.length + j] * x[j];
      }
      y[i] = sum;
    }
    return y;
  }

  private double[] norm(String name, double[] x) {
    double[] gain = weights.get(name + ".g");
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * gain[i];
    }
    return y;
  }

  private double[] stableNorm(String name, double[] x) {
    double largest = x[0];
    for (double value : x) {
      largest = Math.max(largest, value);
    }
    double divisor = largest;
    return norm(name, each(x, value -> value / divisor));
  }

  private static double[] part(double[] x, int from, int count) {
    return Arrays.copyOfRange(x, from, from + count);
  }

  private static double[] each(double[] x, DoubleUnaryOperator function) {
    return Arrays.stream(x).map(function).toArray();
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  private static double[] sum(double[] x, double[] y) {
    double[] sum = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sum[i] = x[i] + y[i];
    }
    return sum;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static double[] unit(double[] x) {
    double length = Math.sqrt(dot(x, x));
    return each(x, value -> value / length);
  }
}
