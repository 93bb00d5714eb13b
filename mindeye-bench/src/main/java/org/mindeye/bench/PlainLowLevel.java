// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;

/** The low-level network in evaluation mode, in loops, for one sample. */
final class PlainLowLevel {
  private static final double EPSILON = 1e-5;
  private static final int GROUPS = 32;
  private static final int STAGES = 3;

  private final PlainMaps layers;
  private final LowLevelConfig config;
  private double[][][] maps;

  /** Upsampling X4. */
  PlainLowLevel(LowLevelNetwork network) {
    config = network.config();
    layers = new PlainMaps(network, GROUPS);
  }

  /** Latents of {@code [voxels]}. */
  double[][][] latents(float[] voxels) {
    double[] x = new double[voxels.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = voxels[i];
    }
    x = layer("lin0", x);
    for (int b = 0; b < config.mlp().blocks(); b++) {
      double[] y = layer("mlp." + b, x);
      for (int i = 0; i < y.length; i++) {
        y[i] += x[i];
      }
      x = y;
    }
    double[] flat = layers.linear("lin1", x);
    int channels = config.upsampling().channels();
    int side = config.latents().side() / config.upsampling().factor();
    maps = new double[channels][side][side];
    for (int i = 0; i < flat.length; i++) {
      maps[i / (side * side)][i / side % side][i % side] = flat[i];
    }
    maps = layers.norm("norm", maps, 1, EPSILON);
    return layers.upsample("upsampler.", maps, STAGES);
  }

  /** Features of the same voxels, {@code [channel][row][column]}; after the latents. */
  double[][][] features() {
    double[][][] x = layers.convolve("maps_projector.0", maps, 1);
    x = PlainMaps.activated(layers.norm("maps_projector.1", x, 1, EPSILON), false);
    x = layers.convolve("maps_projector.3", x, 1);
    x = PlainMaps.activated(layers.norm("maps_projector.4", x, 1, EPSILON), false);
    return layers.convolve("maps_projector.6", x, 1);
  }

  private double[] layer(String name, double[] x) {
    double[] y = layers.linear(name + ".0", x);
    double[][][] row = new double[y.length][1][1];
    for (int i = 0; i < y.length; i++) {
      row[i][0][0] = y[i];
    }
    double[][][] activated = PlainMaps.activated(layers.norm(name + ".1", row, 1, EPSILON), true);
    for (int i = 0; i < y.length; i++) {
      y[i] = activated[i][0][0];
    }
    return y;
  }
}
