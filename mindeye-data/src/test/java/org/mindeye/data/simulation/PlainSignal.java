// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;

/** The noise-free responses, voxel by voxel in float64. */
final class PlainSignal {
  private static final long TUNING = 1;

  private PlainSignal() {}

  static double[][] of(
      BrainSimulatorConfig config,
      ClipSpace space,
      long seed,
      float[][] pictures,
      int side,
      float[][] tokens) {
    int semantic = config.semanticVoxels();
    NoiseSource noise = NoiseSource.seeded(seed, TUNING);
    float[] fields = VoxelTuning.receptiveFields(config.voxels() - semantic, noise);
    float[] mixtures = VoxelTuning.tokenMixtures(semantic, space, noise);
    double[][] maps = maps(pictures, side);
    double[][] signal = new double[pictures.length][config.voxels()];
    for (int v = 0; v < config.voxels(); v++) {
      int late = v - (config.voxels() - semantic);
      double[] drive = new double[pictures.length];
      for (int i = 0; i < drive.length; i++) {
        drive[i] = late < 0 ? dot(maps[i], fields, v) : dot(widened(tokens[i]), mixtures, late);
      }
      standardise(drive);
      for (int i = 0; i < drive.length; i++) {
        double size = Math.pow(Math.abs(drive[i]), config.exponent());
        drive[i] = drive[i] < 0 ? -size : size;
      }
      standardise(drive);
      for (int i = 0; i < drive.length; i++) {
        signal[i][v] = drive[i];
      }
    }
    return signal;
  }

  private static double[][] maps(float[][] pictures, int side) {
    double[][] maps = new double[pictures.length][];
    for (int i = 0; i < maps.length; i++) {
      maps[i] = widened(FeatureMaps.of(pictures[i], side));
    }
    int cells = FeatureMaps.GRID * FeatureMaps.GRID;
    for (int c = 0; c < FeatureMaps.CHANNELS; c++) {
      double[] channel = new double[maps.length * cells];
      for (int i = 0; i < channel.length; i++) {
        channel[i] = maps[i / cells][c * cells + i % cells];
      }
      standardise(channel);
      for (int i = 0; i < channel.length; i++) {
        maps[i / cells][c * cells + i % cells] = channel[i];
      }
    }
    return maps;
  }

  private static double dot(double[] input, float[] weights, int row) {
    double sum = 0;
    for (int i = 0; i < input.length; i++) {
      sum += input[i] * weights[row * input.length + i];
    }
    return sum;
  }

  private static void standardise(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - mean) / Math.sqrt(variance);
    }
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
