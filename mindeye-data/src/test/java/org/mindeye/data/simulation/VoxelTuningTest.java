// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;

class VoxelTuningTest {
  private static final int GRID = FeatureMaps.GRID;
  private static final int CELLS = GRID * GRID;
  private static final int INPUTS = FeatureMaps.CHANNELS * CELLS;
  private static final int VOXELS = 200;

  private static int cell(double position) {
    return (int) Math.max(0, Math.min(GRID - 1, Math.floor(position * GRID)));
  }

  /** The draws are repeated here: three for the place, then one per channel. */
  @Test
  void should_pool_around_the_centre_with_the_weights_of_the_mixture() {
    float[] fields = VoxelTuning.receptiveFields(VOXELS, NoiseSource.seeded(1));
    assertThat(fields).hasSize(VOXELS * INPUTS);
    NoiseSource draws = NoiseSource.seeded(1);
    float[] place = new float[3];
    float[] mixture = new float[FeatureMaps.CHANNELS];
    for (int v = 0; v < VOXELS; v++) {
      draws.uniform(place);
      draws.normal(mixture);
      double eccentricity = 0.55 * place[0];
      double x = 0.5 + eccentricity * Math.cos(2 * Math.PI * place[1]);
      double y = 0.5 + eccentricity * Math.sin(2 * Math.PI * place[1]);
      for (int c = 0; c < FeatureMaps.CHANNELS; c++) {
        double sum = 0;
        int peak = 0;
        for (int i = 0; i < CELLS; i++) {
          float weight = fields[v * INPUTS + c * CELLS + i];
          sum += weight;
          if (Math.abs(weight) > Math.abs(fields[v * INPUTS + c * CELLS + peak])) {
            peak = i;
          }
          assertThat(weight * mixture[c]).isGreaterThanOrEqualTo(0);
        }
        assertThat(sum).isCloseTo(mixture[c], within(1e-4));
        // A centre between two cells, or one outside the picture, peaks in the nearest cell.
        assertThat(Math.abs(peak % GRID - cell(x))).isLessThanOrEqualTo(1);
        assertThat(Math.abs(peak / GRID - cell(y))).isLessThanOrEqualTo(1);
        assertThat(Math.hypot((peak % GRID + 0.5) / GRID - x, (peak / GRID + 0.5) / GRID - y))
            .isLessThan(Math.hypot(0.05 + 0.5 / GRID, 0.05 + 0.5 / GRID));
      }
    }
  }

  @Test
  void should_pool_over_a_larger_field_further_out() {
    float[] fields = VoxelTuning.receptiveFields(VOXELS, NoiseSource.seeded(1));
    NoiseSource draws = NoiseSource.seeded(1);
    double near = 0;
    double far = 0;
    for (int v = 0; v < VOXELS; v++) {
      float[] place = new float[3];
      draws.uniform(place);
      draws.normal(new float[FeatureMaps.CHANNELS]);
      double peak = 0;
      double sum = 0;
      for (int i = 0; i < CELLS; i++) {
        peak = Math.max(peak, Math.abs(fields[v * INPUTS + i]));
        sum += Math.abs(fields[v * INPUTS + i]);
      }
      if (place[0] < 0.3) {
        near = Math.max(near, sum / peak);
      } else if (place[0] > 0.7) {
        far = far == 0 ? sum / peak : Math.min(far, sum / peak);
      }
    }
    assertThat(near).as("cells pooled near the centre").isBetween(1.0, 40.0);
    assertThat(far).as("cells pooled far out").isGreaterThan(1.0);
  }

  @Test
  void should_mix_tokens_along_one_direction_per_voxel() {
    ClipSpace space = new ClipSpace(5, 7);
    float[] mixtures = VoxelTuning.tokenMixtures(30, space, NoiseSource.seeded(2));
    assertThat(mixtures).hasSize(30 * space.size());
    NoiseSource draws = NoiseSource.seeded(2);
    float[] preference = new float[space.tokens()];
    float[] direction = new float[space.width()];
    for (int v = 0; v < 30; v++) {
      draws.normal(preference);
      draws.normal(direction);
      for (int t = 0; t < space.tokens(); t++) {
        for (int c = 0; c < space.width(); c++) {
          double expected = Math.exp(2 * preference[t]) * direction[c];
          assertThat((double) mixtures[(v * space.tokens() + t) * space.width() + c])
              .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
        }
      }
    }
  }

  @Test
  void should_depend_on_the_seed_alone() {
    ClipSpace space = new ClipSpace(3, 4);

    assertThat(VoxelTuning.receptiveFields(4, NoiseSource.seeded(1)))
        .isEqualTo(VoxelTuning.receptiveFields(4, NoiseSource.seeded(1)))
        .isNotEqualTo(VoxelTuning.receptiveFields(4, NoiseSource.seeded(2)));
    assertThat(VoxelTuning.tokenMixtures(4, space, NoiseSource.seeded(1)))
        .isEqualTo(VoxelTuning.tokenMixtures(4, space, NoiseSource.seeded(1)))
        .isNotEqualTo(VoxelTuning.tokenMixtures(4, space, NoiseSource.seeded(2)));
  }
}
