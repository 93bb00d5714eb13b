// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;

class WebDatasetRoundTripTest {
  private static final ReaderConfig READ = ReaderConfig.of(TestTrials.VOXELS);

  @TempDir Path folder;

  private static void write(Path folder, WriterConfig config, Map<Split, List<Trial>> splits)
      throws IOException {
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 1, config)) {
      for (Map.Entry<Split, List<Trial>> split : splits.entrySet()) {
        for (Trial trial : split.getValue()) {
          writer.add(split.getKey(), trial);
        }
      }
      writer.commit();
    }
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return files;
  }

  private static void assertSame(Trial actual, Trial expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(actual.cocoId()).isEqualTo(expected.cocoId());
    assertThat(actual.trialIds()).isEqualTo(expected.trialIds());
    assertThat(actual.distinctRepeats()).isEqualTo(expected.distinctRepeats());
    assertThat(actual.image().encoded().bytes()).isEqualTo(expected.image().encoded().bytes());
    for (int repeat = 0; repeat < 3; repeat++) {
      assertThat(actual.voxels(repeat)).isEqualTo(expected.voxels(repeat));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT32"})
  void should_read_back_what_was_written(ElementType type) throws IOException {
    List<Trial> train = TestTrials.trials(7);
    write(folder, new WriterConfig(3, type), Map.of(Split.TRAIN, train));
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, 1, Split.TRAIN, READ)) {
      assertThat(dataset.shards()).hasSize(3);
      assertThat(dataset.count()).hasValue(7);
      List<Trial> read = dataset.readAll();
      assertThat(read).hasSize(7);
      for (int i = 0; i < 7; i++) {
        assertSame(read.get(i), train.get(i));
        assertThat(read.get(i).origin().shard()).endsWith("train_subj01_" + i / 3 + ".tar");
      }
    }
  }

  @Test
  void should_tell_the_voxels_of_an_unknown_subject() throws IOException {
    write(folder, WriterConfig.DEFAULT, Map.of(Split.TEST, TestTrials.trials(2)));

    assertThat(NsdWebDataset.voxels(folder, 1, Split.TEST)).isEqualTo(TestTrials.VOXELS);
  }

  @Test
  void should_keep_jpegs_as_they_are() throws IOException {
    SampleOrigin origin = SampleOrigin.memory("sample00000000001");
    EncodedImage jpeg = EncodedImage.jpeg(origin, TestTrials.pixels(1, 16, 16), 0.9f);
    Trial trial = new Trial(origin, jpeg, TestTrials.voxels(1, 3), 1, new long[] {4}, 1);
    write(folder, WriterConfig.DEFAULT, Map.of(Split.TEST, List.of(trial)));
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, 1, Split.TEST, READ)) {
      assertSame(dataset.iterator().next(), trial);
    }
  }

  @Test
  void should_write_the_published_layout() throws IOException {
    write(
        folder,
        new WriterConfig(2, ElementType.FLOAT16),
        Map.of(
            Split.TRAIN, TestTrials.trials(3),
            Split.VALIDATION, TestTrials.trials(1),
            Split.TEST, TestTrials.trials(2)));
    assertThat(files(folder))
        .containsOnlyKeys(
            "metadata_subj01.json",
            "test/test_subj01_0.tar",
            "train/train_subj01_0.tar",
            "train/train_subj01_1.tar",
            "val/val_subj01_0.tar");
    assertThat(folder.resolve("metadata_subj01.json"))
        .hasContent(
            """
            {
                "totals": {
                    "train": 3,
                    "val": 1,
                    "test": 2
                }
            }""");
    assertThat(WebDatasetWriter.key(452)).isEqualTo("sample00000000452");
  }

  @Test
  void should_write_metadata_of_the_published_size() {
    Map<Split, Long> published =
        Map.of(Split.TRAIN, 8559L, Split.VALIDATION, 300L, Split.TEST, 982L);
    assertThat(new DatasetTotals(published).encode()).hasSize(88);
  }

  @Test
  void should_write_the_same_bytes_twice(@TempDir Path other) throws IOException {
    Map<Split, List<Trial>> splits =
        Map.of(Split.TRAIN, TestTrials.trials(5), Split.TEST, TestTrials.trials(2));
    write(folder, new WriterConfig(2, ElementType.FLOAT16), splits);
    write(other, new WriterConfig(2, ElementType.FLOAT16), splits);
    Map<String, byte[]> first = files(folder);
    Map<String, byte[]> second = files(other);
    assertThat(first).hasSize(5).containsOnlyKeys(second.keySet());
    first.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(second.get(name)));
    String header = new String(first.get("test/test_subj01_0.tar"), 0, 512, "US-ASCII");
    assertThat(header).startsWith("sample00000000000.coco73k.npy\0").contains("0100644");
  }

  @Test
  void should_leave_nothing_behind_without_a_commit() throws IOException {
    Trial bad =
        new Trial(
            SampleOrigin.memory("bad"),
            TestTrials.trial(1).image(),
            TestTrials.voxels(1, 2),
            1,
            new long[] {1},
            1);
    List<Trial> trials = Stream.concat(TestTrials.trials(3).stream(), Stream.of(bad)).toList();
    assertThatThrownBy(
            () ->
                write(
                    folder, new WriterConfig(1, ElementType.FLOAT16), Map.of(Split.TRAIN, trials)))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(
            "shard memory, sample bad, member nsdgeneral.npy: expected 3 repeats (pad images shown"
                + " less often with copies) but found 2, 1 of them distinct");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void should_take_back_what_was_renamed_when_a_rename_fails() throws IOException {
    WebDatasetWriter writer =
        WebDatasetWriter.create(folder, 1, new WriterConfig(1, ElementType.FLOAT16));
    try (writer) {
      writer.add(Split.TRAIN, TestTrials.trial(1));
      writer.add(Split.TRAIN, TestTrials.trial(2));
      // A folder of that name that is not empty cannot be replaced by a file.
      Files.createDirectories(folder.resolve("metadata_subj01.json/full"));
      assertThatThrownBy(writer::commit).isInstanceOf(IOException.class);
    }
    writer.close();
    assertThat(files(folder)).isEmpty();
  }

  @Test
  void should_never_replace_data() throws IOException {
    Map<Split, List<Trial>> splits = Map.of(Split.TRAIN, TestTrials.trials(1));
    write(folder, WriterConfig.DEFAULT, splits);
    assertThatThrownBy(() -> write(folder, WriterConfig.DEFAULT, splits))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageEndingWith(
            "train_subj01_0.tar: data are never replaced: delete them or choose another folder");
  }

  @Test
  void should_refuse_trials_that_do_not_fit_the_dataset() throws IOException {
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 1, WriterConfig.DEFAULT)) {
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("nothing was added to the dataset");
      writer.add(Split.TRAIN, TestTrials.trial(1));
      writer.add(Split.TEST, TestTrials.trial(1));
      assertThatThrownBy(() -> writer.add(Split.TRAIN, TestTrials.trial(1)))
          .hasMessageEndingWith("expected every key once in train but found a second sample of it");
      Trial odd = TestTrials.trial(SampleOrigin.memory("a.b"), 1);
      assertThatThrownBy(() -> writer.add(Split.TRAIN, odd))
          .hasMessage(
              "shard memory, sample a.b: expected a key matching [A-Za-z0-9_-]{1,64} but found"
                  + " 'a.b'");
      assertThatThrownBy(() -> writer.add(Split.TRAIN, with(new float[3][2], 1)))
          .hasMessageEndingWith("expected 5 voxels as before but found 2");
      float[][] large = TestTrials.voxels(1, 3);
      large[2][4] = 65520;
      assertThatThrownBy(() -> writer.add(Split.TRAIN, with(large, 1)))
          .hasMessageEndingWith(
              "member nsdgeneral.npy: expected values a 16-bit float can hold (or"
                  + " ElementType.FLOAT32) but found 65520.0 at repeat 2, voxel 4");
      assertThatThrownBy(() -> writer.add(Split.TRAIN, with(TestTrials.voxels(1, 3), 4)))
          .hasMessageEndingWith("expected 1 to 3 trial ids but found 4 ids");
      writer.commit();
      assertThatThrownBy(() -> writer.add(Split.TRAIN, TestTrials.trial(2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the writer is committed or closed");
    }
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, 1, Split.TRAIN, READ)) {
      assertThat(dataset.readAll()).hasSize(1);
    }
  }

  private static Trial with(float[][] voxels, int ids) {
    SampleOrigin origin = SampleOrigin.memory("other");
    return new Trial(origin, TestTrials.trial(1).image(), voxels, 1, new long[ids], 1);
  }

  @Test
  void should_refuse_impossible_configurations() {
    assertThatThrownBy(() -> new WriterConfig(0, ElementType.FLOAT16))
        .hasMessage("samplesPerShard must be positive but was 0");
    assertThatThrownBy(() -> new WriterConfig(1, ElementType.INT8))
        .hasMessage("voxelType must be FLOAT16 or FLOAT32 but was INT8");
    assertThatThrownBy(() -> ReaderConfig.of(0)).hasMessage("voxels must be positive but was 0");
    assertThatThrownBy(() -> new ReaderConfig(1, 1L << 40, READ.imageLimits()))
        .hasMessage("maxMemberBytes must be 1 to 2147483639 but was 1099511627776");
    assertThatThrownBy(() -> WebDatasetWriter.create(folder, 100, WriterConfig.DEFAULT))
        .hasMessage(
            "subject 100: expected 1 to 99 (1 to 8 of the Natural Scenes Dataset, above 8 your own)");
    assertThatThrownBy(() -> WebDatasetWriter.key(-1))
        .hasMessage("a sample's number is not negative but was -1");
    assertThat(ReaderConfig.of(Subject.SUBJ05).voxels()).isEqualTo(13039);
  }

  @Test
  void should_open_shards_by_pattern_in_the_order_of_the_pattern() throws IOException {
    write(
        folder,
        new WriterConfig(1, ElementType.FLOAT32),
        Map.of(Split.TRAIN, TestTrials.trials(12)));
    try (NsdWebDataset dataset =
        NsdWebDataset.open(folder, "train/train_subj01_{0..2}.tar", Split.TRAIN, READ)) {
      assertThat(keys(dataset)).isEqualTo("0 1 2");
    }
    try (NsdWebDataset dataset =
        NsdWebDataset.open(folder, "train/train_subj01_{11,4}.tar", Split.TRAIN, READ)) {
      assertThat(keys(dataset)).isEqualTo("11 4");
    }
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, 1, Split.TRAIN, READ)) {
      assertThat(keys(dataset)).isEqualTo("0 1 2 3 4 5 6 7 8 9 10 11");
    }
  }

  private static String keys(NsdWebDataset dataset) {
    return dataset.readAll().stream()
        .map(trial -> String.valueOf(Long.parseLong(trial.key().substring(6))))
        .collect(Collectors.joining(" "));
  }

  @Test
  void should_not_end_early_when_closed_in_the_middle() throws IOException {
    write(folder, WriterConfig.DEFAULT, Map.of(Split.TRAIN, TestTrials.trials(3)));
    NsdWebDataset dataset = NsdWebDataset.open(folder, 1, Split.TRAIN, READ);
    Iterator<Trial> finished = dataset.iterator();
    finished.forEachRemaining(trial -> {});
    Iterator<Trial> iterator = dataset.iterator();
    iterator.next();
    dataset.close();
    dataset.close();
    assertThat(finished.hasNext()).isFalse();
    assertThatThrownBy(iterator::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the dataset was closed, or an earlier sample failed");
    assertThatThrownBy(dataset::iterator).hasMessage("the dataset is closed");
  }

  @Test
  void should_read_what_python_writes() throws IOException {
    Path shard = folder.resolve("val_subj01_0.tar");
    try (InputStream in = getClass().getResourceAsStream("/webdataset/val_subj01_0.tar")) {
      Files.copy(in, shard);
    }
    try (NsdWebDataset dataset =
        NsdWebDataset.open(folder, "val_subj01_{0..0}.tar", Split.VALIDATION, ReaderConfig.of(6))) {
      List<Trial> trials = dataset.readAll();
      assertThat(trials)
          .extracting(Trial::key)
          .containsExactly("sample00000000040", "sample00000000041", "sample00000000042");
      assertThat(trials).extracting(Trial::cocoId).containsExactly(26599L, 72999L, 5L);
      assertThat(trials).extracting(Trial::distinctRepeats).containsExactly(3, 1, 2);
      assertThat(trials.get(0).trialIds()).containsExactly(1, 2, 3);
      assertThat(trials.get(1).trialIds()).containsExactly(7);
      assertThat(trials.get(2).trialIds()).containsExactly(10, 20, 20);
      for (int i = 0; i < 3; i++) {
        for (int v = 0; v < 18; v++) {
          assertThat(trials.get(i).voxels(v / 6)[v % 6]).isEqualTo(v / 4f - 2);
        }
        assertLevels(trials.get(i).image().encoded(), i);
      }
    }
  }

  /** JPEG decoders may round differently; lossless images may not. */
  private void assertLevels(EncodedImage image, int number) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/webdataset/pixels_" + number + ".npy")) {
      long[] expected = Npy.read("pixels", in).toLongs();
      float[] actual = image.toFloats();
      int pixels = image.width() * image.height();
      assertThat(expected).hasSize(3 * pixels);
      long[] differences = new long[expected.length];
      for (int i = 0; i < expected.length; i++) {
        long level = Math.round(actual[i % 3 * pixels + i / 3] * 255.0);
        differences[i] = Math.abs(level - expected[i]);
      }
      long largest = Arrays.stream(differences).max().orElseThrow();
      boolean lossless = image.format() == EncodedImage.Format.PNG;
      assertThat(largest).isLessThanOrEqualTo(lossless ? 0 : 2);
    }
  }

  @Test
  void should_refuse_a_folder_that_is_not_there_and_images_the_subject_cannot_have_seen()
      throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> WebDatasetWriter.create(absent, 1, WriterConfig.DEFAULT))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(absent + ": no such folder: create it first");
    Trial known = TestTrials.trial(1);
    Trial unknown =
        new Trial(
            known.origin(), known.image(), TestTrials.voxels(1, 3), 73_000, known.trialIds(), 2);
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 8, WriterConfig.DEFAULT)) {
      assertThatThrownBy(() -> writer.add(Split.TRAIN, unknown))
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageEndingWith(
              "coco73k.npy: expected an image number of 0 to 72999 but found 73000; subjects with"
                  + " other images have numbers from 9 on");
    }
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 9, WriterConfig.DEFAULT)) {
      writer.add(Split.TRAIN, unknown);
    }
  }
}
