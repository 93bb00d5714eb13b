// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.commons.math3.special.Erf;
import org.mindeye.prior.diffusion.TimestepFeatures;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** The conditional UNet as the formulas read, in loops, for one picture. */
final class PlainUnet {
  private static final double TRANSFORMER_EPSILON = 1e-6;
  private static final double EPSILON = 1e-5;

  private final ConditionalUnetConfig config;
  private final PlainMaps layers;
  private final int groups;

  PlainUnet(ConditionalUnet network) {
    config = network.config();
    groups = config.stages().groups();
    layers = new PlainMaps(network, groups);
  }

  /** The noise in latents, which lie channel after channel, for tokens one after another. */
  double[][][] predict(float[] noisy, int timestep, float[] tokens) {
    double[] time = time(timestep);
    double[][] condition = rows(tokens, config.condition().width());
    int stages = config.stages().channels().size();
    Deque<double[][][]> skips = new ArrayDeque<>();
    double[][][] maps = PlainMaps.maps(noisy, config.channels(), config.side(), config.side());
    skips.push(layers.convolve("conv_in", maps, 3));
    for (int i = 0; i < stages; i++) {
      String stage = "down_blocks." + i + ".";
      for (int j = 0; j < config.stages().blocks(); j++) {
        skips.push(block(stage, j, skips.peek(), time, condition));
      }
      if (i < stages - 1) {
        skips.push(layers.convolve(stage + "downsamplers.0.conv", skips.peek(), 3, 2, 1));
      }
    }
    double[][][] x = block("mid_block.", 0, skips.peek(), time, condition);
    x = block("mid_block.", 1, x, time, condition);
    for (int i = 0; i < stages; i++) {
      String stage = "up_blocks." + i + ".";
      for (int j = 0; j <= config.stages().blocks(); j++) {
        x = block(stage, j, joined(x, skips.pop()), time, condition);
      }
      if (i < stages - 1) {
        x = layers.convolve(stage + "upsamplers.0.conv", PlainMaps.doubled(x), 3);
      }
    }
    double[][][] normed = layers.norm("conv_norm_out", x, groups, EPSILON);
    return layers.convolve("conv_out", PlainMaps.activated(normed, true), 3);
  }

  private double[] time(int timestep) {
    int width = config.stages().channels().get(0);
    double[] x = doubles(TimestepFeatures.COSINES_FIRST.of(width, timestep));
    return layers.linear(
        "time_embedding.linear_2", silu(layers.linear("time_embedding.linear_1", x)));
  }

  private double[][][] block(
      String stage, int index, double[][][] x, double[] time, double[][] condition) {
    String name = stage + "resnets." + index;
    double[] shift = layers.linear(name + ".time_emb_proj", silu(time));
    double[][][] y = layers.residual(name, x, shift, EPSILON);
    String transformer = stage + "attentions." + index;
    boolean attends = layers.numbers(transformer + ".norm.weight") != null;
    return attends ? transformed(transformer, y, condition) : y;
  }

  private double[][][] transformed(String name, double[][][] x, double[][] condition) {
    double[][][] normed = layers.norm(name + ".norm", x, groups, TRANSFORMER_EPSILON);
    double[][] tokens = tokens(layers.convolve(name + ".proj_in", normed, 1));
    String block = name + ".transformer_blocks.0.";
    double[][] first = normed(block + "norm1", tokens);
    tokens = sum(tokens, attended(block + "attn1.", first, first));
    tokens = sum(tokens, attended(block + "attn2.", normed(block + "norm2", tokens), condition));
    double[][] fed = normed(block + "norm3", tokens);
    for (int i = 0; i < fed.length; i++) {
      fed[i] =
          layers.linear(block + "ff.net.2", gated(layers.linear(block + "ff.net.0.proj", fed[i])));
    }
    tokens = sum(tokens, fed);
    double[][][] maps = new double[x.length][x[0].length][x[0][0].length];
    for (int i = 0; i < tokens.length; i++) {
      for (int c = 0; c < x.length; c++) {
        maps[c][i / x[0][0].length][i % x[0][0].length] = tokens[i][c];
      }
    }
    return PlainMaps.sum(layers.convolve(name + ".proj_out", maps, 1), x);
  }

  private double[][] attended(String name, double[][] asking, double[][] seen) {
    double[][] q = linear(name + "to_q", asking);
    double[][] k = linear(name + "to_k", seen);
    double[][] v = linear(name + "to_v", seen);
    int width = q[0].length / config.heads();
    double[][] mixed = new double[q.length][q[0].length];
    for (int i = 0; i < q.length; i++) {
      for (int from = 0; from < q[0].length; from += width) {
        double[] shares = new double[k.length];
        for (int j = 0; j < k.length; j++) {
          double score = 0;
          for (int c = from; c < from + width; c++) {
            score += q[i][c] * k[j][c];
          }
          shares[j] = Math.exp(score / Math.sqrt(width));
        }
        double total = Arrays.stream(shares).sum();
        for (int j = 0; j < k.length; j++) {
          for (int c = from; c < from + width; c++) {
            mixed[i][c] += shares[j] / total * v[j][c];
          }
        }
      }
    }
    return linear(name + "to_out.0", mixed);
  }

  private double[][] normed(String name, double[][] tokens) {
    double[][] y = new double[tokens.length][];
    for (int i = 0; i < y.length; i++) {
      double[][][] row = new double[tokens[i].length][1][1];
      for (int c = 0; c < row.length; c++) {
        row[c][0][0] = tokens[i][c];
      }
      double[][][] normed = layers.norm(name, row, 1, EPSILON);
      y[i] = Arrays.stream(normed).mapToDouble(each -> each[0][0]).toArray();
    }
    return y;
  }

  private double[][] linear(String name, double[][] x) {
    return Arrays.stream(x).map(row -> layers.linear(name, row)).toArray(double[][]::new);
  }

  private static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> x[i]);
    return y;
  }

  private static double[][] rows(float[] x, int width) {
    double[][] rows = new double[x.length / width][width];
    for (int i = 0; i < x.length; i++) {
      rows[i / width][i % width] = x[i];
    }
    return rows;
  }

  private static double[] gated(double[] x) {
    double[] y = new double[x.length / 2];
    for (int i = 0; i < y.length; i++) {
      double gate = x[y.length + i];
      y[i] = x[i] * gate * (1 + Erf.erf(gate / Math.sqrt(2))) / 2;
    }
    return y;
  }

  private static double[] silu(double[] x) {
    return Arrays.stream(x).map(value -> value / (1 + Math.exp(-value))).toArray();
  }

  private static double[][][] joined(double[][][] x, double[][][] y) {
    double[][][] all = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, all, x.length, y.length);
    return all;
  }

  private static double[][] tokens(double[][][] maps) {
    int width = maps[0][0].length;
    double[][] tokens = new double[maps[0].length * width][maps.length];
    for (int i = 0; i < tokens.length; i++) {
      for (int c = 0; c < maps.length; c++) {
        tokens[i][c] = maps[c][i / width][i % width];
      }
    }
    return tokens;
  }

  private static double[][] sum(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int c = 0; c < x[i].length; c++) {
        sum[i][c] = x[i][c] + y[i][c];
      }
    }
    return sum;
  }
}
