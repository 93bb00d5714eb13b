// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Trial;

/** The draws of {@link RepeatPolicy#VOXEL_SELECT}: {@code voxel_select} of the original. */
final class RepeatDraw {
  private static final float WEIGHTED = 0.5f;
  private static final float MEAN = 0.8f;

  private RepeatDraw() {}

  /** One number decides for the whole batch. */
  static List<Response> draw(List<Trial> trials, NoiseSource noise) {
    float branch = uniform(noise, 1)[0];
    List<Response> responses = new ArrayList<>();
    for (Trial trial : trials) {
      if (branch <= WEIGHTED) {
        responses.add(Response.weighted(weights(trial.repeats(), noise)));
      } else if (branch <= MEAN) {
        responses.add(Response.mean());
      } else {
        responses.add(Response.one((int) (uniform(noise, 1)[0] * (double) trial.repeats())));
      }
    }
    return responses;
  }

  /** In (0, 1], so that their sum is never 0. */
  private static float[] weights(int count, NoiseSource noise) {
    float[] weights = uniform(noise, count);
    for (int i = 0; i < count; i++) {
      weights[i] = 1 - weights[i];
    }
    return weights;
  }

  private static float[] uniform(NoiseSource noise, int count) {
    float[] values = new float[count];
    noise.uniform(values);
    return values;
  }
}
