// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;

/**
 * CLIP's image tower and its preprocessing as the formulas read, in loops and in double precision,
 * for one square picture: what the benchmarks compare with. Seconds for small networks only.
 */
final class PlainClip {
  private static final double EPSILON = 1e-5;
  private static final String EMBEDDINGS = "vision_model.embeddings.";

  private final VisionTransformerConfig config;
  private final Map<String, float[]> weights = new HashMap<>();

  /** Copies a network's weights. */
  PlainClip(ClipVisionTransformer network) {
    config = network.config();
    network.arrays().forEach((name, array) -> weights.put(name, array.toFloatArray()));
  }

  /**
   * Shrinks without averaging and normalises.
   *
   * @param picture {@code [3][side][side]} in [0, 1], row after row
   * @param size pixels per side of the result
   * @return {@code [3][size][size]}, row after row
   */
  static float[] pixels(float[] picture, int size) {
    int side = (int) Math.round(Math.sqrt(picture.length / 3.0));
    float[] pixels = new float[3 * size * size];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / (size * size);
      double value =
          bicubic(
              picture,
              side,
              channel,
              center(i / size % size, side, size),
              center(i % size, side, size));
      pixels[i] =
          (float)
              ((value - ClipPreprocessing.MEAN.get(channel))
                  / ClipPreprocessing.DEVIATION.get(channel));
    }
    return pixels;
  }

  private static double center(int pixel, int side, int size) {
    return (pixel + 0.5) * side / size - 0.5;
  }

  private static double bicubic(float[] picture, int side, int channel, double y, double x) {
    double sum = 0;
    for (int i = (int) Math.floor(y) - 1; i <= Math.floor(y) + 2; i++) {
      for (int j = (int) Math.floor(x) - 1; j <= Math.floor(x) + 2; j++) {
        int row = Math.min(Math.max(i, 0), side - 1);
        int column = Math.min(Math.max(j, 0), side - 1);
        sum +=
            weight(Math.abs(y - i))
                * weight(Math.abs(x - j))
                * picture[(channel * side + row) * side + column];
      }
    }
    return sum;
  }

  private static double weight(double distance) {
    double d = distance;
    return d <= 1
        ? 1.25 * d * d * d - 2.25 * d * d + 1
        : -0.75 * (d * d * d - 5 * d * d + 8 * d - 4);
  }

  /** All tokens, projected, one after the other; not divided by anything. */
  double[] tokens(float[] pixels) {
    double[][] x = embedded(pixels);
    for (int i = 0; i < x.length; i++) {
      x[i] = norm("vision_model.pre_layrnorm", x[i]);
    }
    for (int i = 0; i < config.layers(); i++) {
      x = layer("vision_model.encoder.layers." + i + ".", x);
    }
    return Arrays.stream(x)
        .flatMapToDouble(
            row ->
                Arrays.stream(
                    linear("visual_projection", norm("vision_model.post_layernorm", row))))
        .toArray();
  }

  private double[][] embedded(float[] pixels) {
    int side = config.patches().side();
    int patch = config.patches().patchSize();
    int size = config.patches().imageSize();
    float[] positions = weights.get(EMBEDDINGS + "position_embedding.weight");
    double[][] x = new double[side * side + 1][];
    for (int token = 0; token < x.length; token++) {
      if (token == 0) {
        x[0] = doubles(weights.get(EMBEDDINGS + "class_embedding"));
      } else {
        double[] cut = new double[3 * patch * patch];
        int corner = (token - 1) / side * patch * size + (token - 1) % side * patch;
        for (int i = 0; i < cut.length; i++) {
          int row = i / patch % patch;
          cut[i] = pixels[i / (patch * patch) * size * size + corner + row * size + i % patch];
        }
        x[token] = linear(EMBEDDINGS + "patch_embedding", cut);
      }
      for (int c = 0; c < config.hidden(); c++) {
        x[token][c] += positions[token * config.hidden() + c];
      }
    }
    return x;
  }

  private double[][] layer(String name, double[][] x) {
    double[][] normed = each(x, row -> norm(name + "layer_norm1", row));
    double[][] queries = each(normed, row -> linear(name + "self_attn.q_proj", row));
    double[][] keys = each(normed, row -> linear(name + "self_attn.k_proj", row));
    double[][] values = each(normed, row -> linear(name + "self_attn.v_proj", row));
    double[][] y = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] heard = linear(name + "self_attn.out_proj", attend(queries[i], keys, values));
      double[] sum = sum(x[i], heard);
      double[] wide = linear(name + "mlp.fc1", norm(name + "layer_norm2", sum));
      double[] active = Arrays.stream(wide).map(v -> v / (1 + Math.exp(-1.702 * v))).toArray();
      y[i] = sum(sum, linear(name + "mlp.fc2", active));
    }
    return y;
  }

  private double[] attend(double[] query, double[][] keys, double[][] values) {
    int width = query.length / config.heads();
    double[] heard = new double[query.length];
    for (int h = 0; h < query.length; h += width) {
      double total = 0;
      double[] mean = new double[width];
      for (int j = 0; j < keys.length; j++) {
        double score = 0;
        for (int c = h; c < h + width; c++) {
          score += query[c] * keys[j][c];
        }
        double share = Math.exp(score / Math.sqrt(width));
        total += share;
        for (int c = 0; c < width; c++) {
          mean[c] += share * values[j][h + c];
        }
      }
      for (int c = 0; c < width; c++) {
        heard[h + c] = mean[c] / total;
      }
    }
    return heard;
  }

  private double[] linear(String name, double[] x) {
    float[] matrix = weights.get(name + ".weight");
    float[] bias = weights.get(name + ".bias");
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
    float[] gain = weights.get(name + ".weight");
    float[] bias = weights.get(name + ".bias");
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * gain[i] + bias[i];
    }
    return y;
  }

  private static double[][] each(double[][] rows, UnaryOperator<double[]> function) {
    return Arrays.stream(rows).map(function).toArray(double[][]::new);
  }

  private static double[] sum(double[] x, double[] y) {
    double[] sum = x.clone();
    Arrays.setAll(sum, i -> x[i] + y[i]);
    return sum;
  }

  /** The same numbers. */
  static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
