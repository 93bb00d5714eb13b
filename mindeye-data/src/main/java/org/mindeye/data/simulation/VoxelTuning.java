// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;

/** What each voxel of a simulated brain responds to: one row of weights per voxel. */
final class VoxelTuning {
  private VoxelTuning() {}

  /**
   * Retinotopic voxels: a Gaussian receptive field, denser and smaller near the centre of gaze,
   * times a random mixture of feature channels.
   *
   * @return {@code [voxels][channel * row * column]}, to multiply with {@link FeatureMaps}
   */
  static float[] receptiveFields(int voxels, NoiseSource noise) {
    int cells = FeatureMaps.GRID * FeatureMaps.GRID;
    int inputs = FeatureMaps.CHANNELS * cells;
    float[] weights = new float[voxels * inputs];
    float[] place = new float[3];
    float[] mixture = new float[FeatureMaps.CHANNELS];
    for (int v = 0; v < voxels; v++) {
      noise.uniform(place);
      noise.normal(mixture);
      double eccentricity = 0.55 * place[0];
      double x = 0.5 + eccentricity * Math.cos(2 * Math.PI * place[1]);
      double y = 0.5 + eccentricity * Math.sin(2 * Math.PI * place[1]);
      double width = 0.04 + (0.1 + 0.2 * place[2]) * eccentricity;
      float[] field = gaussian(x, y, width);
      for (int c = 0; c < FeatureMaps.CHANNELS; c++) {
        for (int i = 0; i < cells; i++) {
          weights[v * inputs + c * cells + i] = mixture[c] * field[i];
        }
      }
    }
    return weights;
  }

  private static float[] gaussian(double x, double y, double width) {
    float[] field = new float[FeatureMaps.GRID * FeatureMaps.GRID];
    double sum = 0;
    for (int i = 0; i < field.length; i++) {
      double dx = (i % FeatureMaps.GRID + 0.5) / FeatureMaps.GRID - x;
      double dy = (i / FeatureMaps.GRID + 0.5) / FeatureMaps.GRID - y;
      field[i] = (float) Math.exp(-(dx * dx + dy * dy) / (2 * width * width));
      sum += field[i];
    }
    for (int i = 0; i < field.length; i++) {
      field[i] /= (float) sum;
    }
    return field;
  }

  /**
   * Semantic voxels: a random direction of the CLIP space, read from a few tokens more than from
   * the others.
   *
   * @return {@code [voxels][token * width]}, to multiply with flattened tokens
   */
  static float[] tokenMixtures(int voxels, ClipSpace space, NoiseSource noise) {
    float[] weights = new float[voxels * space.size()];
    float[] preference = new float[space.tokens()];
    float[] direction = new float[space.width()];
    for (int v = 0; v < voxels; v++) {
      noise.normal(preference);
      noise.normal(direction);
      for (int t = 0; t < space.tokens(); t++) {
        float gain = (float) Math.exp(2 * preference[t]);
        for (int c = 0; c < space.width(); c++) {
          weights[v * space.size() + t * space.width() + c] = gain * direction[c];
        }
      }
    }
    return weights;
  }
}
