// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Subject;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class NsdDataTest {
  private static final int TRIALS = 12;
  private static final int VOXELS = 13;
  private static final NsdSubject SUBJECT =
      new NsdSubject(1, NsdSpace.FUNC_1PT8MM, new VolumeGrid(6, 5, 4), TRIALS, VOXELS);
  private static final NsdConfig CONFIG =
      new NsdConfig(
          SUBJECT,
          new SessionRange(1, 3),
          BetaVersion.FIT_HRF_GLM_DENOISE_RR,
          NsdRegion.paper(),
          BetaNormalization.NONE,
          TrialGrouping.SINGLE_TRIALS,
          new NsdSplitConfig(2, 1));

  @TempDir private Path folder;

  private static NsdData open(Path root, NsdConfig config) throws IOException {
    return NsdData.open(new NsdFolder(root), config, NoiseSource.seeded(5));
  }

  private static NsdData open(NsdConfig config) throws IOException {
    return open(NsdTree.ROOT, config);
  }

  private static HeapArray expected(String name) throws IOException {
    return Fixtures.arrays("nsd/expected.npz").get(name);
  }

  private static List<Trial> all(NsdData data) {
    List<Trial> trials = new ArrayList<>();
    for (Split split : Split.values()) {
      try (TrialSource source = data.trials(split)) {
        List<Trial> own = source.readAll();
        assertThat(source.count()).hasValue(own.size());
        assertThat(source.voxelCount()).isEqualTo(VOXELS);
        trials.addAll(own);
      }
    }
    return trials;
  }

  @ParameterizedTest
  @CsvSource({"FIT_HRF_GLM_DENOISE_RR", "ASSUME_HRF"})
  void should_read_every_response_to_the_last_bit_from_hdf5_and_nifti(BetaVersion version)
      throws IOException {
    float[] single = expected("single").toFloats();
    long[] images = expected("images").toLongs();
    try (NsdData data = open(CONFIG.withVersion(version))) {
      List<Trial> trials = all(data);
      assertThat(trials).hasSize(36);
      for (Trial trial : trials) {
        int t = (int) trial.trialIds()[0];
        assertThat(trial.voxels(0))
            .isEqualTo(Arrays.copyOfRange(single, t * VOXELS, (t + 1) * VOXELS));
        assertThat(trial.cocoId()).isEqualTo(images[t]);
        assertThat(trial.key()).isEqualTo("trial" + t);
      }
      assertThat(trials.stream().map(trial -> trial.trialIds()[0])).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource({"ALL_TRIALS, zscored_all", "TRAINING_TRIALS, zscored_training"})
  void should_take_z_scores_as_numpy_does(BetaNormalization normalization, String name)
      throws IOException {
    float[] zscored = expected(name).toFloats();
    NsdConfig config = CONFIG.withNormalization(normalization).withSplits(new NsdSplitConfig(0, 1));
    try (NsdData data = open(config)) {
      for (Split split : new Split[] {Split.TRAIN, Split.TEST}) {
        for (Trial trial : data.trials(split)) {
          int t = (int) trial.trialIds()[0];
          for (int v = 0; v < VOXELS; v++) {
            assertThat(trial.voxels(0)[v]).isCloseTo(zscored[t * VOXELS + v], within(2e-6f));
          }
        }
      }
    }
  }

  @Test
  void should_leave_validation_and_test_out_of_the_statistics_of_training() throws IOException {
    NsdConfig config = CONFIG.withNormalization(BetaNormalization.TRAINING_TRIALS);
    try (NsdData data = open(config)) {
      double[] sums = new double[3 * VOXELS];
      for (Trial trial : data.trials(Split.TRAIN)) {
        for (int v = 0; v < VOXELS; v++) {
          sums[(int) trial.trialIds()[0] / TRIALS * VOXELS + v] += trial.voxels(0)[v];
        }
      }
      for (double sum : sums) {
        assertThat(sum).isCloseTo(0, within(1e-5));
      }
    }
  }

  @Test
  void should_join_the_responses_to_a_picture() throws IOException {
    float[] single = expected("single").toFloats();
    long[] images = expected("images").toLongs();
    try (NsdData pictures = open(CONFIG.withGrouping(TrialGrouping.PICTURES));
        NsdData averages = open(CONFIG.withGrouping(TrialGrouping.AVERAGES))) {
      List<Trial> joined = all(pictures);
      List<Trial> means = all(averages);
      assertThat(joined).hasSize(14).hasSameSizeAs(means);
      assertThat(joined.stream().mapToInt(Trial::repeats).sum()).isEqualTo(36);
      for (int i = 0; i < joined.size(); i++) {
        Trial trial = joined.get(i);
        int[] shown =
            java.util.stream.IntStream.range(0, 36)
                .filter(t -> images[t] == trial.cocoId())
                .toArray();
        assertThat(trial.trialIds()).isEqualTo(Arrays.stream(shown).asLongStream().toArray());
        assertThat(trial.distinctRepeats()).isEqualTo(shown.length);
        for (int r = 0; r < shown.length; r++) {
          assertThat(trial.voxels(r))
              .isEqualTo(Arrays.copyOfRange(single, shown[r] * VOXELS, (shown[r] + 1) * VOXELS));
        }
        assertThat(means.get(i).repeats()).isEqualTo(1);
        assertThat(means.get(i).voxels(0)).isEqualTo(trial.meanVoxels());
        assertThat(means.get(i).cocoId()).isEqualTo(trial.cocoId());
      }
    }
  }

  @Test
  void should_show_the_picture_of_every_trial() throws IOException {
    HeapArray bricks = expected("bricks");
    try (NsdData data = open(CONFIG)) {
      for (Trial trial : all(data)) {
        byte[] picture = new byte[144];
        bricks.bytes().position((int) trial.cocoId() * 144).get(picture);
        assertThat(trial.image().content()).isEqualTo(picture);
      }
    }
  }

  @Test
  void should_divide_pictures_by_the_design() throws IOException {
    Set<Long> shared = new TreeSet<>();
    Arrays.stream(expected("shared").toLongs()).forEach(id -> shared.add(id - 1));
    try (NsdData data = open(CONFIG)) {
      assertThat(data.splits().pictures(Split.TEST)).isEqualTo(shared);
      assertThat(data.splits().pictures(Split.VALIDATION)).hasSize(2);
      assertThat(data.splits().pictures(Split.TRAIN)).hasSize(8);
      assertThat(data.splits())
          .hasToString("train 8 pictures, validation 2 pictures, test 4 pictures");
      assertThat(data)
          .hasToString(
              "NSD subject 1, sessions 1 to 3, betas_fithrf_GLMdenoise_RR: " + data.splits());
      try (TrialSource train = data.trials(Split.TRAIN);
          TrialSource validation = data.trials(Split.VALIDATION);
          TrialSource test = data.trials(Split.TEST)) {
        Splits.requireDisjoint(
            Map.of(Split.TRAIN, train, Split.VALIDATION, validation, Split.TEST, test));
        assertThat(train).asString().contains("train: 8 pictures, ", " of 13 voxels");
      }
      try (NsdData same = open(CONFIG);
          NsdData other =
              NsdData.open(new NsdFolder(NsdTree.ROOT), CONFIG, NoiseSource.seeded(6))) {
        assertThat(same.splits().pictures(Split.VALIDATION))
            .isEqualTo(data.splits().pictures(Split.VALIDATION))
            .isNotEqualTo(other.splits().pictures(Split.VALIDATION));
      }
    }
  }

  @Test
  void should_count_test_pictures_by_the_sessions_that_are_used() throws IOException {
    NsdDesign design = NsdDesign.read(NsdTree.file(NsdTree.DESIGN));
    long[] images = expected("images").toLongs();
    for (int last = 1; last <= 3; last++) {
      for (int fewest = 1; fewest <= 3; fewest++) {
        Set<Long> seen = new TreeSet<>();
        Set<Long> others = new TreeSet<>();
        for (int t = 0; t < last * TRIALS; t++) {
          long image = images[t];
          boolean shared = design.shared().contains(new Id73k((int) image + 1));
          long count = Arrays.stream(images, 0, last * TRIALS).filter(i -> i == image).count();
          if (!shared) {
            others.add(image);
          } else if (count >= fewest) {
            seen.add(image);
          }
        }
        var plan =
            NsdSplits.of(
                design,
                SUBJECT,
                new SessionRange(1, last),
                new NsdSplitConfig(1, fewest),
                NoiseSource.seeded(1));
        assertThat(plan.pictures(Split.TEST)).isEqualTo(seen);
        assertThat(plan.pictures(Split.TRAIN)).hasSize(others.size() - 1);
      }
    }
  }

  @Test
  void should_take_some_sessions_only() throws IOException {
    float[] single = expected("single").toFloats();
    try (NsdData data = open(CONFIG.withSessions(new SessionRange(2, 2)))) {
      List<Trial> trials = all(data);
      assertThat(trials).hasSize(12);
      assertThat(trials).allSatisfy(t -> assertThat(t.trialIds()[0]).isBetween(12L, 23L));
      int t = (int) trials.get(0).trialIds()[0];
      assertThat(trials.get(0).voxels(0)[0]).isEqualTo(single[t * VOXELS]);
    }
  }

  @Test
  void should_read_other_regions_and_orders() throws IOException {
    NsdConfig streams =
        CONFIG.withRegion(new NsdRegion("streams", Set.of(5), VoxelOrder.FIRST_AXIS_FASTEST));
    try (NsdData data = open(streams);
        NsdData general = open(CONFIG)) {
      float[] one = data.trials(Split.TEST).iterator().next().voxels(0);
      float[] other = general.trials(Split.TEST).iterator().next().voxels(0);
      assertThat(one).isNotEqualTo(other);
      Arrays.sort(one);
      Arrays.sort(other);
      assertThat(one).isEqualTo(other);
    }
    assertThatThrownBy(
            () ->
                open(
                    CONFIG.withRegion(
                        new NsdRegion("streams", Set.of(), VoxelOrder.LAST_AXIS_FASTEST))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("name the labels of the regions to take");
  }

  @Test
  void should_read_signal_to_noise() throws IOException {
    try (NsdData data = open(CONFIG)) {
      assertThat(data.signalToNoise()).isEqualTo(expected("ncsnr").toFloats());
      assertThat(data.region().voxels()).isEqualTo(VOXELS);
    }
  }

  @Test
  void should_name_all_files_that_are_missing() throws IOException {
    Path root = NsdTree.copy(folder);
    Files.delete(root.resolve(NsdTree.BETAS + "betas_session01.hdf5"));
    Files.delete(root.resolve(NsdTree.BETAS + "betas_session03.hdf5"));
    Files.delete(root.resolve(NsdTree.PICTURES));
    assertThatThrownBy(() -> open(root, CONFIG))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            root.resolve(NsdTree.PICTURES) + ": expected this file but found none")
        .hasMessageContaining(
            "expected a file betas_sessionNN.hdf5 or .nii.gz for each of sessions 1 to 3 but found"
                + " none for 1, 3; get them, or take fewer sessions");
  }

  @Test
  void should_notice_what_does_not_belong_together() throws IOException {
    NsdSubject larger = new NsdSubject(1, NsdSpace.FUNC_1PT8MM, SUBJECT.grid(), 13, VOXELS);
    assertRefused(
        with(larger).withSessions(new SessionRange(1, 2)),
        "betas_session01.hdf5: expected 13 trials, as many as pictures were shown in this session,"
            + " but found 12");
    assertRefused(
        CONFIG.withSessions(new SessionRange(1, 4)),
        "none for 4; get them, or take fewer sessions");
    assertRefused(
        with(SUBJECT.withRegionVoxels(15724)),
        "nsdgeneral.nii.gz: expected 15724 voxels in the region but found 13 (voxels by value: ");
    assertRefused(
        with(new NsdSubject(1, NsdSpace.FUNC_1PT8MM, new VolumeGrid(4, 5, 6), TRIALS, 0)),
        "subject 1: expected a grid of 6 x 5 x 4, as the mask ");
    assertRefused(
        CONFIG.withSplits(new NsdSplitConfig(10, 1)),
        "expected more pictures to train on than the 10 for validation but found 10 pictures in"
            + " sessions 1 to 3");
  }

  private static NsdConfig with(NsdSubject subject) {
    return new NsdConfig(
        subject,
        CONFIG.sessions(),
        CONFIG.version(),
        CONFIG.region(),
        CONFIG.normalization(),
        CONFIG.grouping(),
        CONFIG.splits());
  }

  private static void assertRefused(NsdConfig config, String message) {
    assertThatThrownBy(() -> open(config))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_notice_answers_of_another_subject() throws IOException {
    Path root = NsdTree.copy(folder);
    Path answers = root.resolve(NsdTree.RESPONSES);
    List<String> lines = Files.readAllLines(answers);
    Files.write(answers, lines.stream().map(line -> line.replaceFirst("^1\t", "2\t")).toList());
    assertThatThrownBy(() -> open(root, CONFIG))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(answers + ": expected subject 1 but found 2");
  }

  @Test
  void should_say_that_a_session_is_damaged_when_it_is_read() throws IOException {
    Path root = NsdTree.copy(folder);
    Path second = root.resolve(NsdTree.BETAS + "betas_session02.hdf5");
    byte[] whole = Files.readAllBytes(second);
    Files.write(second, Arrays.copyOf(whole, whole.length - 100));
    assertThatThrownBy(() -> open(root, CONFIG))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("betas_session02.hdf5: expected ")
        .hasMessageContaining("(truncated? get it again)");
  }

  @Test
  void should_have_the_published_numbers() {
    NsdConfig paper = NsdConfig.paper(Subject.SUBJ01);
    assertThat(paper.sessions()).isEqualTo(new SessionRange(1, 37)).hasToString("sessions 1 to 37");
    assertThat(paper.sessions().count()).isEqualTo(37);
    assertThat(paper.subject().grid()).isEqualTo(new VolumeGrid(81, 104, 83));
    assertThat(paper.subject().regionVoxels()).isEqualTo(15724);
    assertThat(paper.splits()).isEqualTo(new NsdSplitConfig(300, 1));
    NsdConfig all = NsdConfig.all(Subject.SUBJ04);
    assertThat(all.sessions()).isEqualTo(new SessionRange(1, 30));
    assertThat(all.normalization()).isEqualTo(BetaNormalization.TRAINING_TRIALS);
    assertThat(NsdSpace.FUNC_1MM.grid(Subject.SUBJ08)).isEqualTo(new VolumeGrid(143, 184, 139));
    assertThat(all.withRegion(NsdRegion.paper()).subject().regionVoxels()).isZero();
  }

  @Test
  void should_refuse_settings_out_of_range() {
    assertThatThrownBy(() -> new SessionRange(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sessions are numbered from 1 to 99 but were 3 to 2");
    assertThatThrownBy(() -> new NsdSplitConfig(-1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validationPictures must be 0 or more but was -1");
    assertThatThrownBy(() -> new NsdSplitConfig(0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fewestTestTrials must be 1 to 3 but was 4");
    assertThatThrownBy(() -> new NsdRegion("../x", Set.of(), VoxelOrder.LAST_AXIS_FASTEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a region is the name of a file but was '../x'");
    assertThatThrownBy(() -> SUBJECT.withRegionVoxels(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but were 12 and -1");
    assertThatThrownBy(() -> new NsdSubject(0, NsdSpace.FUNC_1MM, new VolumeGrid(1, 1, 1), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("subjects are numbered from 1 to 99 but was 0");
  }

  @Test
  void should_read_nothing_after_closing() throws IOException {
    try (NsdData data = open(CONFIG)) {
      TrialSource trials = data.trials(Split.TRAIN);
      var iterator = trials.iterator();
      iterator.next();
      trials.close();
      trials.close();
      assertThatThrownBy(iterator::next).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(trials::iterator)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("betas_fithrf_GLMdenoise_RR are closed");
    }
  }
}
