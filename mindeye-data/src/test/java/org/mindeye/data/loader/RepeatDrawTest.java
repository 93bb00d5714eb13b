// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.testkit.FreshManager;

/** Responses as the low-level branch's training chooses them. */
class RepeatDrawTest {
  private static final List<Trial> TRIALS = TestTrials.trials(40);
  private static final LoaderConfig CONFIG =
      new LoaderConfig(4, TrialOrder.PERMUTATION, RepeatPolicy.VOXEL_SELECT, LastBatch.DROP, 7);

  @FreshManager private NDManager manager;

  private enum Way {
    WEIGHTED,
    MEAN,
    ONE
  }

  /** Repeat r of a test trial is r / 4 above the first, in all voxels. */
  private static double above(TrialBatch batch, float[] values, int row, int voxel) {
    int width = TestTrials.VOXELS;
    return values[row * width + voxel] - TestTrials.voxel(batch.indices()[row], 0, voxel);
  }

  private static Way way(double[] above) {
    if (Arrays.stream(above).allMatch(a -> Math.abs(a - 0.25) < 1e-5)) {
      return Way.MEAN;
    }
    boolean whole = Arrays.stream(above).allMatch(a -> Math.abs(4 * a - Math.rint(4 * a)) < 1e-4);
    return whole ? Way.ONE : Way.WEIGHTED;
  }

  @Test
  void should_draw_one_way_for_a_batch_and_a_response_for_each_sample() {
    TrialLoader loader = new TrialLoader(TRIALS, CONFIG);
    Map<Way, Integer> found = new EnumMap<>(Way.class);
    int[] repeats = new int[3];
    double sum = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      for (TrialBatch batch : loader.epoch(epoch)) {
        float[] values = batch.voxels(manager).array().toFloatArray();
        double[] above =
            IntStream.range(0, batch.size()).mapToDouble(i -> above(batch, values, i, 0)).toArray();
        for (int row = 0; row < batch.size(); row++) {
          assertThat(above(batch, values, row, 3)).isCloseTo(above[row], within(1e-5));
        }
        Way way = way(above);
        found.merge(way, 1, Integer::sum);
        if (way == Way.ONE) {
          Arrays.stream(above).forEach(a -> repeats[(int) Math.rint(4 * a)]++);
        } else if (way == Way.WEIGHTED) {
          assertThat(Arrays.stream(above).distinct().count()).isEqualTo(4);
          sum += Arrays.stream(above).average().orElseThrow();
        }
      }
    }
    assertThat(found.get(Way.WEIGHTED)).isBetween(930, 1070);
    assertThat(found.get(Way.MEAN)).isBetween(540, 660);
    assertThat(found.get(Way.ONE)).isBetween(340, 460);
    assertThat(sum / found.get(Way.WEIGHTED)).isCloseTo(0.25, within(0.01));
    assertThat(Arrays.stream(repeats).boxed()).allMatch(count -> count > 450 && count < 620);
  }

  @Test
  void should_be_the_same_whenever_an_epoch_is_walked_through() {
    TrialLoader loader = new TrialLoader(TRIALS, CONFIG);
    assertThat(voxels(loader, 3)).isEqualTo(voxels(new TrialLoader(TRIALS, CONFIG), 3));
    assertThat(voxels(loader, 3)).isNotEqualTo(voxels(loader, 4));
  }

  private List<Float> voxels(TrialLoader loader, int epoch) {
    List<Float> all = new ArrayList<>();
    for (TrialBatch batch : loader.epoch(epoch)) {
      for (float value : batch.voxels(manager).array().toFloatArray()) {
        all.add(value);
      }
    }
    return all;
  }

  @Test
  void should_weigh_each_repeat() {
    float[] target = new float[TestTrials.VOXELS + 2];
    Response.weighted(new float[] {0.5f, 0.25f, 1}).copy(TestTrials.trial(3), target, 2);
    for (int v = 0; v < TestTrials.VOXELS; v++) {
      double expected = 3 + v / 8.0 + (0.25 * 0.25 + 1 * 0.5) / 1.75;
      assertThat(target[v + 2]).isCloseTo((float) expected, within(1e-6f));
    }
    assertThat(target).startsWith(0, 0);
  }
}
