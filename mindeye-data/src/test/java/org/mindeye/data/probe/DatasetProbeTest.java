// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.probe.Finding.Kind;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;

class DatasetProbeTest {
  private static final ReaderConfig READER = ReaderConfig.of(TestTrials.VOXELS);

  @TempDir Path folder;

  private static List<Trial> trials(int from, int to) {
    return IntStream.range(from, to).mapToObj(TestTrials::trial).toList();
  }

  private static Trial withImage(int number, TrialImage image) {
    Trial trial = TestTrials.trial(number);
    return new Trial(
        trial.origin(),
        image,
        TestTrials.voxels(number, 3),
        trial.cocoId(),
        trial.trialIds(),
        trial.distinctRepeats());
  }

  private static Trial withVoxels(int number, float[][] voxels) {
    Trial trial = TestTrials.trial(number);
    return new Trial(trial.origin(), trial.image(), voxels, trial.cocoId(), trial.trialIds(), 1);
  }

  private static EncodedImage damaged(int number) {
    SampleOrigin origin = TestTrials.trial(number).origin();
    byte[] whole = EncodedImage.jpeg(origin, TestTrials.pixels(number, 8, 6), 0.9f).bytes();
    return EncodedImage.of(origin, Arrays.copyOf(whole, whole.length - 20), ImageLimits.DEFAULT);
  }

  private static ProbeReport probe(Trial... training) {
    return DatasetProbe.trials(Map.of(Split.TRAIN, List.of(training)));
  }

  private void write(Split split, List<Trial> trials, WebDatasetWriter writer) throws IOException {
    for (Trial trial : trials) {
      writer.add(split, trial);
    }
  }

  /** 150 trials in three splits, two shards of training. */
  private void writeDataset() throws IOException {
    WriterConfig shards = new WriterConfig(60, WriterConfig.DEFAULT.voxelType());
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 1, shards)) {
      write(Split.TRAIN, trials(0, 100), writer);
      write(Split.VALIDATION, trials(100, 110), writer);
      write(Split.TEST, trials(110, 150), writer);
      writer.commit();
    }
  }

  @Test
  void should_find_nothing_in_sound_data() throws IOException {
    writeDataset();
    ProbeReport report = DatasetProbe.folder(folder, 1, List.of(Split.values()), READER);
    assertThat(report.findings()).isEmpty();
    assertThat(report.summary(Severity.WARNING)).isEmpty();
    assertThat(report.samples())
        .containsOnly(
            Map.entry(Split.TRAIN, 100L),
            Map.entry(Split.VALIDATION, 10L),
            Map.entry(Split.TEST, 40L));
    assertThatCode(report::requireSound).doesNotThrowAnyException();
  }

  @Test
  void should_find_a_missing_shard_and_continue_with_the_other_splits() throws IOException {
    writeDataset();
    Files.delete(folder.resolve("train/train_subj01_0.tar"));
    ProbeReport report = DatasetProbe.folder(folder, 1, List.of(Split.values()), READER);
    assertThat(report.counts()).containsOnly(Map.entry(Kind.MISSING_SHARD, 1L));
    assertThat(report.errors().get(0).split()).isEqualTo(Split.TRAIN);
    assertThat(report.samples()).containsOnlyKeys(Split.VALIDATION, Split.TEST);
    assertThatThrownBy(report::requireSound)
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("train_subj01_0.tar");
  }

  @Test
  void should_find_a_shard_that_cannot_be_read() throws IOException {
    writeDataset();
    Files.write(folder.resolve("train/train_subj01_1.tar"), new byte[700]);
    ProbeReport report = DatasetProbe.folder(folder, 1, List.of(Split.TRAIN), READER);
    assertThat(report.counts()).containsOnly(Map.entry(Kind.UNREADABLE_SAMPLE, 1L));
    assertThat(report.samples()).containsEntry(Split.TRAIN, 60L);
  }

  @Test
  void should_say_that_no_metadata_count_the_samples() throws IOException {
    writeDataset();
    Files.delete(folder.resolve("metadata_subj01.json"));
    ProbeReport report = DatasetProbe.folder(folder, 1, List.of(Split.TEST), READER);
    assertThat(report.errors()).isEmpty();
    assertThat(report.summary(Severity.WARNING))
        .containsExactly(
            "test split: no metadata file says how many samples there are, so a missing last shard"
                + " would not be noticed");
  }

  @Test
  void should_find_pictures_that_cannot_be_decoded() {
    ProbeReport report =
        probe(TestTrials.trial(1), withImage(2, damaged(2)), withImage(3, damaged(3)));
    assertThat(report.counts()).containsOnly(Map.entry(Kind.UNDECODABLE_PICTURE, 2L));
    Finding first = report.errors().get(0);
    assertThat(first.sample()).contains(TestTrials.trial(2).origin());
    assertThat(first.message())
        .startsWith("shard shard, sample sample00000000002, member image: expected a");
    assertThatThrownBy(report::requireSound)
        .hasMessageStartingWith("data: 2 problems: shard shard, sample sample00000000002")
        .hasMessageContaining("; shard shard, sample sample00000000003");
  }

  @Test
  void should_find_pictures_of_another_size() {
    SampleOrigin origin = TestTrials.trial(2).origin();
    BufferedImage wide = TestTrials.pixels(2, 9, 6);
    ProbeReport report = probe(TestTrials.trial(1), withImage(2, EncodedImage.png(origin, wide)));
    assertThatThrownBy(report::requireSound)
        .hasMessage(
            "data: train sample sample00000000002: expected a picture of 8x6 as in"
                + " sample00000000001 but found 9x6; give all pictures of a split one size");
  }

  @Test
  void should_find_responses_of_another_length() {
    ProbeReport report = probe(TestTrials.trial(1), withVoxels(2, new float[][] {{1, 2}}));
    assertThatThrownBy(report::requireSound)
        .hasMessage(
            "data: train sample sample00000000002: expected 5 voxels as in sample00000000001 but"
                + " found 2");
  }

  @Test
  void should_find_images_in_two_splits() {
    ProbeReport report =
        DatasetProbe.trials(Map.of(Split.TRAIN, trials(0, 9), Split.TEST, trials(8, 12)));
    assertThat(report.counts()).containsOnly(Map.entry(Kind.SHARED_IMAGE, 1L));
    assertThatThrownBy(report::requireSound)
        .hasMessage(
            "data: expected no image in two splits but train and test share 1, coco ids 1008;"
                + " remove them from one of the splits");
  }

  @Test
  void should_notice_one_picture_under_two_ids() {
    TrialImage image = TestTrials.trial(1).image();
    ProbeReport report =
        DatasetProbe.trials(
            Map.of(Split.TRAIN, trials(0, 2), Split.TEST, List.of(withImage(5, image))));
    assertThat(report.errors()).isEmpty();
    assertThat(report.summary(Severity.WARNING))
        .containsExactly(
            "test sample sample00000000005 (coco id 1005) has the same picture as train sample"
                + " sample00000000001 (coco id 1001)");
  }

  @Test
  void should_notice_an_image_that_is_there_twice() {
    ProbeReport report = probe(TestTrials.trial(1), TestTrials.trial(1), TestTrials.trial(1));
    assertThat(report.errors()).isEmpty();
    assertThat(report.summary(Severity.WARNING))
        .containsExactly(
            "train sample sample00000000001 has the image of sample00000000001, coco id 1001, and"
                + " 1 more like it");
  }

  @Test
  void should_notice_responses_of_nothing_but_zeros() {
    float[][] zeros = new float[3][TestTrials.VOXELS];
    float[][] some = TestTrials.voxels(2, 3);
    some[1] = new float[TestTrials.VOXELS];
    ProbeReport report = probe(withVoxels(1, zeros), withVoxels(2, some), TestTrials.trial(3));
    assertThat(report.warnings())
        .extracting(Finding::message)
        .containsExactly(
            "train sample sample00000000001: every response is zero at every voxel",
            "train sample sample00000000002: response 1 is zero at every voxel");
  }

  @Test
  void should_find_an_empty_split() {
    assertThatThrownBy(probe()::requireSound)
        .hasMessage("data: train split: expected samples but found none");
  }

  @Test
  void should_count_what_it_does_not_list() {
    List<Trial> training = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      training.add(withImage(i, damaged(i)));
    }
    ProbeReport report = DatasetProbe.trials(Map.of(Split.TRAIN, training));
    assertThat(report.errors()).hasSize(ProbeReport.EXAMPLES);
    assertThat(report.counts()).containsEntry(Kind.UNDECODABLE_PICTURE, 130L);
    assertThat(report.summary(Severity.ERROR).get(0)).endsWith(", and 129 more like it");
    assertThatThrownBy(report::requireSound)
        .hasMessageStartingWith("data: 130 problems: ")
        .hasMessageEndingWith("; and 125 more");
  }

  @Test
  void should_name_a_picture_that_cannot_even_be_read() {
    SampleOrigin origin = TestTrials.trial(1).origin();
    TrialImage gone =
        RawImage.reading(
            origin,
            6,
            8,
            () -> {
              throw new IOException("the file is gone");
            });
    ProbeReport report = probe(withImage(1, gone), withImage(2, gone));
    assertThat(report.counts()).containsOnly(Map.entry(Kind.UNDECODABLE_PICTURE, 2L));
  }
}
