// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TrialTest {
  private static final SampleOrigin ORIGIN = new SampleOrigin("a.tar", "s1");
  private static final EncodedImage IMAGE = EncodedImage.png(ORIGIN, TestTrials.pixels(1, 4, 3));

  private static Trial with(float[][] voxels, int distinct) {
    return new Trial(ORIGIN, IMAGE, voxels, 5, new long[] {1}, distinct);
  }

  @Test
  void should_average_the_stored_repeats() {
    Trial trial = with(new float[][] {{1, 0}, {2, 0}, {4, 0.3f}}, 3);
    assertThat(trial.meanVoxels()).containsExactly((float) (7 / 3.0), (float) (0.3f / 3.0));
    assertThat(trial.repeats()).isEqualTo(3);
    assertThat(trial.voxelCount()).isEqualTo(2);
    assertThat(with(new float[][] {{1, 5}}, 1).meanVoxels()).containsExactly(1, 5);
  }

  @Test
  void should_share_no_array_with_its_caller() {
    float[][] voxels = {{1, 2}, {3, 4}};
    long[] ids = {7, 8};
    Trial trial = new Trial(ORIGIN, IMAGE, voxels, 5, ids, 2);
    voxels[0][0] = 9;
    ids[0] = 9;
    trial.voxels(1)[0] = 9;
    trial.trialIds()[0] = 9;
    assertThat(trial.voxels(0)).containsExactly(1, 2);
    assertThat(trial.voxels(1)).containsExactly(3, 4);
    assertThat(trial.trialIds()).containsExactly(7, 8);
    assertThat(trial).hasToString("Trial s1 (coco 5, 2x2 voxels, " + IMAGE + ")");
  }

  @Test
  void should_name_the_first_value_that_is_not_finite() {
    assertThatThrownBy(() -> with(new float[][] {{1, 2, 3}, {1, 2, Float.NaN}}, 1))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(
            "shard a.tar, sample s1, member nsdgeneral.npy: expected finite responses but found NaN"
                + " at repeat 1, voxel 2");
    assertThatThrownBy(() -> with(new float[][] {{Float.NEGATIVE_INFINITY}}, 1))
        .hasMessageEndingWith("but found -Infinity at repeat 0, voxel 0");
  }

  @Test
  void should_refuse_missing_or_ragged_responses_and_impossible_counts() {
    assertThatThrownBy(() -> with(new float[0][], 1))
        .hasMessageEndingWith("expected at least one response of one voxel but found none");
    assertThatThrownBy(() -> with(new float[][] {{1, 2}, {1}}, 1))
        .hasMessageEndingWith("expected 2 voxels in every repeat but found 1 in repeat 1");
    assertThatThrownBy(() -> with(new float[][] {{1}}, 0))
        .hasMessage("shard a.tar, sample s1, member num_uniques.npy: expected 1 to 1 but found 0");
    assertThatThrownBy(() -> with(new float[][] {{1}, {2}}, 3))
        .hasMessageEndingWith("num_uniques.npy: expected 1 to 2 but found 3");
    assertThatThrownBy(() -> new Trial(ORIGIN, IMAGE, null, 5, new long[1], 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("voxels");
    assertThatThrownBy(() -> new Trial(ORIGIN, IMAGE, new float[1][1], -5, new long[1], 1))
        .hasMessage(
            "shard a.tar, sample s1, member coco73k.npy: expected an image number of 0 or more but"
                + " found -5");
  }

  @Test
  void should_name_a_repeat_that_is_not_there() {
    Trial trial = with(new float[][] {{1}, {2}}, 1);
    for (int repeat : new int[] {-1, 2}) {
      String message = "repeat " + repeat + ": sample s1 has the repeats 0 to 1";
      assertThatThrownBy(() -> trial.voxels(repeat))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> trial.copyVoxels(repeat, new float[1], 0)).hasMessage(message);
    }
  }
}
