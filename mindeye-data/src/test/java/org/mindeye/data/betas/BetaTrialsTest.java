// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.tensor.HeapArray;

class BetaTrialsTest {
  private static final int VOXELS = 5;
  private static final long NONE = BetaStudy.NO_PICTURE;
  private static final long[] FIRST = {10, 11, 12, NONE, 10, 13};
  private static final long[] SECOND = {12, 10, 20, 13, 11, 20};
  private static final SplitPlan PLAN =
      SplitPlan.of(
          Map.of(
              Split.TRAIN, List.of(11L, 12L, 13L),
              Split.VALIDATION, List.of(20L),
              Split.TEST, List.of(10L)));

  private static BetaSession session(int trials, long seed) {
    float[] values = new float[VOXELS * trials];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 3 + seed;
    }
    return BetaSession.of("session " + seed, HeapArray.ofFloats(values, VOXELS, trials));
  }

  private static BetaStudy study(long[]... pictures) {
    List<ShownSession> sessions = new ArrayList<>();
    long first = 100;
    for (long[] own : pictures) {
      sessions.add(new ShownSession(session(own.length, sessions.size() + 1), own, first));
      first += own.length;
    }
    return new BetaStudy(
        "study",
        sessions,
        RoiMask.all(new VolumeGrid(VOXELS, 1, 1), VoxelOrder.FIRST_AXIS_FASTEST),
        id -> RawImage.of(SampleOrigin.memory("p" + id), 1, 1, new byte[] {(byte) id, 0, 0}));
  }

  private static TrialSource source(
      BetaStudy study, Split split, BetaNormalization normalization, TrialGrouping grouping) {
    return BetaTrials.of(study, PLAN, split, normalization, grouping);
  }

  @Test
  void should_keep_the_order_of_the_experiment() {
    BetaStudy study = study(FIRST, SECOND);
    TrialSource single =
        source(study, Split.TRAIN, BetaNormalization.NONE, TrialGrouping.SINGLE_TRIALS);
    assertThat(single.readAll())
        .extracting(Trial::cocoId)
        .containsExactly(11L, 12L, 13L, 12L, 13L, 11L);
    assertThat(single.readAll())
        .extracting(t -> t.trialIds()[0])
        .containsExactly(101L, 102L, 105L, 106L, 109L, 110L);
    assertThat(single.count()).hasValue(6);
    TrialSource pictures =
        source(study, Split.TRAIN, BetaNormalization.NONE, TrialGrouping.PICTURES);
    assertThat(pictures.readAll()).extracting(Trial::cocoId).containsExactly(11L, 12L, 13L);
    assertThat(pictures.readAll().get(1).trialIds()).containsExactly(102, 106);
    assertThat(pictures.count()).hasValue(3);
    assertThat(pictures).hasToString("study, train: 3 pictures, 6 responses of 5 voxels");
    assertThat(pictures.readAll().get(0).image().content()).containsExactly(11, 0, 0);
    assertThat(pictures.iterator()).toIterable().isEqualTo(pictures.readAll());
  }

  @Test
  void should_make_sessions_comparable_with_training_trials_alone() {
    BetaStudy study = study(FIRST, SECOND);
    for (BetaNormalization each :
        List.of(BetaNormalization.TRAINING_TRIALS, BetaNormalization.ALL_TRIALS)) {
      double[] sum = new double[2];
      double[] square = new double[2];
      int[] count = new int[2];
      for (Split split : Split.values()) {
        if (each == BetaNormalization.ALL_TRIALS || split == Split.TRAIN) {
          for (Trial trial : source(study, split, each, TrialGrouping.SINGLE_TRIALS)) {
            int session = trial.trialIds()[0] < 106 ? 0 : 1;
            sum[session] += trial.voxels(0)[2];
            square[session] += trial.voxels(0)[2] * trial.voxels(0)[2];
            count[session]++;
          }
        }
      }
      // A trial without a picture counts in the statistics of all, and is no sample.
      int complete = each == BetaNormalization.ALL_TRIALS ? 1 : 0;
      for (int session = complete; session < 2; session++) {
        assertThat(sum[session]).isCloseTo(0, within(1e-5));
        assertThat(square[session] / count[session]).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void should_leave_a_constant_voxel_at_zero() {
    float[][] responses = {{1, 7}, {3, 7}, {5, 9}};
    SessionScaler.standardize(responses, new boolean[] {true, true, false});
    assertThat(responses[0]).containsExactly(-1, 0);
    assertThat(responses[1]).containsExactly(1, 0);
    assertThat(responses[2]).containsExactly(3, 0);
  }

  @Test
  void should_take_the_mean_of_repetitions() {
    BetaStudy study = study(FIRST, SECOND);
    Trial mean =
        source(study, Split.TEST, BetaNormalization.NONE, TrialGrouping.AVERAGES).readAll().get(0);
    Trial all =
        source(study, Split.TEST, BetaNormalization.NONE, TrialGrouping.PICTURES).readAll().get(0);
    assertThat(all.repeats()).isEqualTo(3);
    assertThat(mean.repeats()).isEqualTo(1);
    assertThat(mean.voxels(0)).isEqualTo(all.meanVoxels());
    assertThat(mean.trialIds()).containsExactly(100, 104, 107);
  }

  @Test
  void should_refuse_a_picture_in_two_splits() {
    assertThatThrownBy(
            () ->
                SplitPlan.of(
                    Map.of(Split.TRAIN, List.of(1L, 2L, 3L), Split.TEST, List.of(3L, 4L, 2L))))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "expected no image in two splits but train and test share 2, coco ids 2, 3; remove them"
                + " from one of the splits");
    assertThat(PLAN.of(20)).contains(Split.VALIDATION);
    assertThat(PLAN.of(21)).isEmpty();
    assertThat(PLAN.pictures(Split.TRAIN)).containsExactly(11L, 12L, 13L);
    assertThat(PLAN).hasToString("train 3 pictures, validation 1 picture, test 1 picture");
  }

  @Test
  void should_say_what_a_split_lacks() {
    assertThatThrownBy(
            () ->
                source(
                    study(FIRST), Split.VALIDATION, BetaNormalization.NONE, TrialGrouping.PICTURES))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "study: expected trials of the validation split but found none: train 3 pictures,"
                + " validation 1 picture, test 1 picture");
    long[] few = {11, 10, 10, 20};
    assertThatThrownBy(
            () ->
                source(
                    study(FIRST, few),
                    Split.TEST,
                    BetaNormalization.TRAINING_TRIALS,
                    TrialGrouping.PICTURES))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "session 2: expected 2 or more training trials to take mean and deviation of but found"
                + " 1");
  }

  @Test
  void should_refuse_what_does_not_fit_together() {
    assertThatThrownBy(() -> new ShownSession(session(3, 1), new long[4], 0))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "session 1: expected 4 trials, as many as pictures were shown in this session, but"
                + " found 3");
    assertThatThrownBy(() -> new ShownSession(session(3, 1), new long[VOXELS], 0))
        .isInstanceOf(MindEyeException.class)
        .hasMessageEndingWith("but found 3: its axes are swapped, see BetaAxes");
    assertThatThrownBy(
            () ->
                new BetaStudy(
                    "study",
                    List.of(new ShownSession(session(6, 1), FIRST, 0)),
                    RoiMask.all(new VolumeGrid(2, 2, 2), VoxelOrder.FIRST_AXIS_FASTEST),
                    id -> null))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("session 1: expected a grid of 2 x 2 x 2, as the mask ");
    assertThatThrownBy(
            () ->
                new BetaStudy(
                    "study",
                    List.of(),
                    RoiMask.all(new VolumeGrid(2, 2, 2), VoxelOrder.FIRST_AXIS_FASTEST),
                    id -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("study: a study has at least one session");
  }

  @Test
  void should_end_and_close() {
    TrialSource source =
        source(study(FIRST), Split.TEST, BetaNormalization.NONE, TrialGrouping.SINGLE_TRIALS);
    var trials = source.iterator();
    trials.next();
    trials.next();
    assertThat(trials.hasNext()).isFalse();
    assertThatThrownBy(trials::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no more trials of study");
    source.close();
    source.close();
    assertThatThrownBy(source::iterator)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the trials of study are closed");
  }
}
