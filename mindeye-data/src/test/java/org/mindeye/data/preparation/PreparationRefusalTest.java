// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.nsd.NsdConfig;
import org.mindeye.data.nsd.NsdData;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdSpace;
import org.mindeye.data.nsd.NsdSurvey;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.RawNsdTree;
import org.mindeye.testkit.disk.WatchedDisk;

/** What a preparation refuses before it has taken long, and what it must not mix. */
class PreparationRefusalTest {
  private static final int OWN = 9;
  private static final PreparationConfig SHARDS =
      PreparationConfig.DEFAULT.withWriter(new WriterConfig(4, ElementType.FLOAT32));
  private static final PreparationConfig TABLE = SHARDS.withForm(DataForm.TRIAL_TABLE);

  @TempDir private Path folder;

  private Path out;

  @BeforeEach
  void make() throws IOException {
    // Such files are not forced to the disk, which takes long.
    out = WatchedDisk.watch(Files.createDirectory(folder.resolve("out")), change -> {});
  }

  private static PreparationListener stopping() {
    return new PreparationListener() {
      @Override
      public void onSample(long done, long all, boolean before) {
        throw new IllegalStateException("stopped by the test");
      }
    };
  }

  private static void touch(Path file) throws IOException {
    long later = Files.getLastModifiedTime(file).toMillis() + 5000;
    Files.setLastModifiedTime(file, FileTime.fromMillis(later));
  }

  private void requireChangeNoticed(SmallData from, Path data, Path changed) throws IOException {
    try (SubjectSource source = from.open(data)) {
      assertThatThrownBy(() -> Preparation.into(source, out, SHARDS).run(stopping()))
          .hasMessage("stopped by the test");
    }
    touch(changed);
    try (SubjectSource source = from.open(data)) {
      Preparation preparation = Preparation.into(source, out, SHARDS);
      assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("expected to continue with the selection and the files");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trials.csv", "images/d.png", "voxels.npy"})
  void should_notice_a_file_of_a_table_that_has_changed(String name) throws IOException {
    Path data = SmallData.TABLE.in(folder.resolve("from"));
    requireChangeNoticed(SmallData.TABLE, data, data.resolve(name));
  }

  @Test
  void should_notice_pictures_that_have_changed() throws IOException {
    Path data = SmallData.NSD.in(folder.resolve("from"));
    requireChangeNoticed(
        SmallData.NSD, data, data.resolve("nsddata_stimuli/stimuli/nsd/nsd_stimuli.hdf5"));
  }

  /** Writes another picture of as many bytes, and gives the file the time of before. */
  private static void rewrite(Path png) throws IOException {
    byte[] before = Files.readAllBytes(png);
    FileTime time = Files.getLastModifiedTime(png);
    for (int seed = 200; ; seed++) {
      byte[] other =
          EncodedImage.png(SampleOrigin.memory("other"), TestTrials.pixels(seed, 8, 6)).bytes();
      if (other.length == before.length) {
        Files.write(png, other);
        Files.setLastModifiedTime(png, time);
        return;
      }
    }
  }

  private static PreparationListener stoppingAt(long sample) {
    return new PreparationListener() {
      @Override
      public void onSample(long done, long all, boolean before) {
        if (done == sample) {
          throw new IllegalStateException("stopped by the test");
        }
      }
    };
  }

  private static Map<Split, Long> prepare(
      Path data, Path out, PreparationConfig config, PreparationListener listener)
      throws IOException {
    try (SubjectSource source = SmallData.TABLE.open(data)) {
      return Preparation.into(source, out, config).run(listener);
    }
  }

  /** Three samples of training are done, one for validation is begun. */
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "4, false", "1, true", "2, true", "4, true"})
  void should_notice_a_picture_that_was_written_again(int perShard, boolean table)
      throws IOException {
    PreparationConfig config =
        (table ? TABLE : SHARDS).withWriter(new WriterConfig(perShard, ElementType.FLOAT32));
    Path data = SmallData.TABLE.in(folder.resolve("from"));
    assertThatThrownBy(() -> prepare(data, out, config, stoppingAt(4)))
        .hasMessage("stopped by the test");
    Path picture = data.resolve("images/b.png");
    byte[] original = Files.readAllBytes(picture);
    FileTime time = Files.getLastModifiedTime(picture);
    rewrite(picture);
    for (int call = 0; call < 2; call++) {
      assertThatThrownBy(() -> prepare(data, out, config, PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessageMatching(
              ".*unfinished_subj12: expected to continue with the pictures that it was begun"
                  + " with, but picture \\d+ of sample \\S+ is another one now; give the same, or"
                  + " delete the folder to start from nothing");
    }
    Files.write(picture, original);
    Files.setLastModifiedTime(picture, time);
    prepare(data, out, config, PreparationListener.NONE);
    try (SubjectSource source = SmallData.TABLE.open(data)) {
      Preparation.into(source, out, config).readBack().requireSound();
    }
  }

  /** Of a shard, too, that has the size and the time of before. */
  @Test
  void should_notice_a_changed_picture_of_a_web_dataset() throws IOException {
    Path data = SmallData.webDataset(folder.resolve("from"), OWN, 10, 4);
    try (SubjectSource source = Recognition.open(data, OWN)) {
      assertThatThrownBy(() -> Preparation.into(source, out, SHARDS).run(stoppingAt(9)))
          .hasMessage("stopped by the test");
    }
    Path shard = data.resolve("train/train_subj09_0.tar");
    FileTime time = Files.getLastModifiedTime(shard);
    byte[] bytes = Files.readAllBytes(shard);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 12] ^= 1;
    Files.write(shard, bytes);
    Files.setLastModifiedTime(shard, time);
    try (SubjectSource source = Recognition.open(data, OWN)) {
      assertThatThrownBy(() -> Preparation.into(source, out, SHARDS).run(PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(
              "expected to continue with the pictures that it was begun with, but picture 1000 of"
                  + " sample ");
    }
  }

  /** What was not finished is made of the pictures there are, and noted with these. */
  @Test
  void should_take_a_new_picture_where_its_shard_was_not_finished() throws IOException {
    Path data = SmallData.TABLE.in(folder.resolve("from"));
    assertThatThrownBy(() -> prepare(data, out, SHARDS, stoppingAt(2)))
        .hasMessage("stopped by the test");
    rewrite(data.resolve("images/a.png"));
    assertThatThrownBy(() -> prepare(data, out, SHARDS, stoppingAt(4)))
        .hasMessage("stopped by the test");
    prepare(data, out, SHARDS, PreparationListener.NONE);
    float[] expected;
    try (SubjectSource source = SmallData.TABLE.open(data);
        TrialSource trials = source.trials(Split.TRAIN)) {
      expected = trials.readAll().get(0).image().toFloats();
    }
    try (SubjectSource written = Recognition.open(out, SmallData.TABLE.subject());
        TrialSource trials = written.trials(Split.TRAIN)) {
      assertThat(trials.readAll().get(0).image().toFloats()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRAIN")
  void should_refuse_a_picture_in_two_splits_before_anything_is_written(Split second)
      throws IOException {
    Path from = inTwoSamples(second);
    for (PreparationConfig config : List.of(SHARDS, TABLE)) {
      Preparation preparation = Preparation.into(Recognition.open(from, OWN), out, config);
      assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "expected no image in two splits but train and "
                  + second
                  + " share 1, coco ids 1001; remove them from one of the splits");
      assertThat(out).isEmptyDirectory();
    }
  }

  @Test
  void should_refuse_a_folder_with_data_of_another_form() throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 2, 1);
    Preparation.into(Recognition.open(from, OWN), out, TABLE).run(PreparationListener.NONE);
    Preparation mixed = Preparation.into(Recognition.open(from, OWN), out, SHARDS);
    assertThatThrownBy(() -> mixed.run(PreparationListener.NONE))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            out
                + ": expected an empty folder, or one of a MindEye web-dataset, but found data of"
                + " another form: table of trials; choose another folder");
    assertThat(mixed.unfinished()).doesNotExist();
    Path raw = SmallData.NSD.in(folder.resolve("raw"));
    for (Path taken : List.of(from, raw)) {
      Preparation preparation = Preparation.into(Recognition.open(from, OWN), taken, TABLE);
      assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
          .hasMessageContaining("or one of a table of trials, but found data of another form");
    }
    mixed.readBack().requireSound();
  }

  private Path inTwoSamples(Split second) throws IOException {
    Path from = Files.createDirectory(folder.resolve("from"));
    try (WebDatasetWriter writer = WebDatasetWriter.create(from, OWN, WriterConfig.DEFAULT)) {
      writer.add(Split.TRAIN, TestTrials.trial(1));
      SampleOrigin origin = new SampleOrigin("shard", "other");
      Trial same = TestTrials.trial(1);
      writer.add(
          second,
          new Trial(origin, same.image(), TestTrials.voxels(2, 3), 1001, new long[] {5}, 1));
      writer.commit();
    }
    return from;
  }

  @Test
  void should_refuse_a_picture_in_two_samples_of_a_table() throws IOException {
    Path from = inTwoSamples(Split.TRAIN);
    Preparation preparation = Preparation.into(Recognition.open(from, OWN), out, TABLE);
    assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining(
            "expected every picture in one sample, with all its responses, as a table has them, but"
                + " found picture 1001 in a sample of the train split before");
    assertThat(out.resolve("trials.csv")).doesNotExist();
  }

  @Test
  void should_write_samples_of_the_grouping_that_was_asked_for() throws IOException {
    NsdFolder raw = new NsdFolder(RawNsdTree.in(folder.resolve("from")));
    NsdConfig config =
        NsdSurvey.of(raw, RawNsdTree.SUBJECT, NsdSpace.FUNC_1PT8MM)
            .config()
            .withGrouping(TrialGrouping.AVERAGES);
    try (SubjectSource data = NsdData.open(raw, config, NoiseSource.seeded(1)).source();
        TrialSource expected = data.trials(Split.TEST)) {
      Preparation.into(data, out, TABLE).run(PreparationListener.NONE);
      try (SubjectSource written = Recognition.open(out, OWN);
          TrialSource found = written.trials(Split.TEST)) {
        assertThat(found.readAll())
            .extracting(trial -> List.of(trial.distinctRepeats(), trial.voxels(0)))
            .usingRecursiveComparison()
            .isEqualTo(
                expected.readAll().stream().map(trial -> List.of(1, trial.voxels(0))).toList());
      }
    }
    NsdConfig trials = config.withGrouping(TrialGrouping.SINGLE_TRIALS);
    try (SubjectSource data = NsdData.open(raw, trials, NoiseSource.seeded(1)).source()) {
      Path other = Files.createDirectory(folder.resolve("other"));
      Preparation table = Preparation.into(data, other, TABLE);
      assertThatThrownBy(() -> table.run(PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(
              "expected a sample for each picture, as a table of trials has them");
      assertThat(Preparation.into(data, other, SHARDS).run(PreparationListener.NONE))
          .isEqualTo(counts(data));
    }
  }

  private static Map<Split, Long> counts(SubjectSource data) throws IOException {
    Map<Split, Long> counts = new EnumMap<>(Split.class);
    for (Split split : data.splits()) {
      try (TrialSource source = data.trials(split)) {
        counts.put(split, (long) source.readAll().size());
      }
    }
    return counts;
  }

  @Test
  void should_never_replace_signal_to_noise_ratios() throws IOException {
    Path ratios = out.resolve("ncsnr_subj09.npy");
    try (SubjectSource data = SmallData.NSD.open(SmallData.NSD.in(folder.resolve("from")))) {
      Preparation preparation = Preparation.into(data, out, SHARDS);
      Npy.write(ratios, HeapArray.ofFloats(new float[3], 3));
      assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("ncsnr_subj09.npy: data are never replaced");
      assertThat(Npy.read(ratios).toFloats()).hasSize(3);
      assertThat(preparation.unfinished()).doesNotExist();

      // Left by a process that ended between the two.
      float[] own = data.signalToNoise().orElseThrow();
      Npy.write(ratios, HeapArray.ofFloats(own, own.length));
      preparation.run(PreparationListener.NONE);
      assertThat(Npy.read(ratios).toFloats()).isEqualTo(own);
    }
  }
}
