// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.tensor.ElementType;

/** Shards, a folder of files and memory: the same trials. */
class TrialSourcesTest {
  private static final ReaderConfig READ = ReaderConfig.of(TestTrials.VOXELS);
  private static final int SUBJECT = 9;

  @TempDir private Path folder;

  /** The three splits in shards. */
  private void pack(List<Trial> trials) throws IOException {
    try (WebDatasetWriter writer =
        WebDatasetWriter.create(folder, SUBJECT, new WriterConfig(2, ElementType.FLOAT32))) {
      for (Split split : Split.values()) {
        for (Trial trial : trials) {
          writer.add(split, trial);
        }
      }
      writer.commit();
    }
  }

  /** What the shards of a split hold, as files; the shards are gone. */
  private Path unpack(Split split, List<Trial> trials) throws IOException {
    Path files = folder.resolve(split.folder());
    try (var shards = Files.list(files)) {
      for (Path shard : shards.toList()) {
        Files.delete(shard);
      }
    }
    return asFiles(
        Files.createDirectories(
            files.resolve(String.format(Locale.ROOT, "%s_subj%02d", split.folder(), SUBJECT))),
        trials);
  }

  private static Path asFiles(Path target, List<Trial> trials) throws IOException {
    SampleEncoder encoder = new SampleEncoder(ElementType.FLOAT32);
    for (Trial trial : trials) {
      for (var member : encoder.encode(trial).entrySet()) {
        Files.write(target.resolve(trial.key() + "." + member.getKey()), member.getValue());
      }
    }
    return target;
  }

  private static void assertSame(TrialSource source, Split split, List<Trial> expected) {
    assertThat(source.split()).isEqualTo(split);
    assertThat(source.voxelCount()).isEqualTo(TestTrials.VOXELS);
    assertThat(source.count()).hasValue(expected.size());
    for (int pass = 0; pass < 2; pass++) {
      List<Trial> read = source.readAll();
      assertThat(read).extracting(Trial::key).isEqualTo(keys(expected));
      for (int i = 0; i < read.size(); i++) {
        assertThat(read.get(i).meanVoxels()).isEqualTo(expected.get(i).meanVoxels());
        assertThat(read.get(i).cocoId()).isEqualTo(expected.get(i).cocoId());
        assertThat(read.get(i).trialIds()).isEqualTo(expected.get(i).trialIds());
        assertThat(read.get(i).distinctRepeats()).isEqualTo(expected.get(i).distinctRepeats());
        assertThat(read.get(i).image().content()).isEqualTo(expected.get(i).image().content());
      }
    }
  }

  private static List<String> keys(List<Trial> trials) {
    return trials.stream().map(Trial::key).toList();
  }

  @Test
  void should_give_the_same_trials_from_shards_a_folder_and_memory() throws IOException {
    List<Trial> trials = TestTrials.trials(5);
    pack(trials);
    try (TrialSource shards = SubjectData.open(folder, SUBJECT, Split.VALIDATION, READ);
        TrialSource memory = TrialSource.of(Split.VALIDATION, trials)) {
      assertThat(shards).isInstanceOf(NsdWebDataset.class);
      assertSame(shards, Split.VALIDATION, trials);
      assertSame(memory, Split.VALIDATION, trials);
    }
    unpack(Split.VALIDATION, trials);
    try (TrialSource files = SubjectData.open(folder, SUBJECT, Split.VALIDATION, READ)) {
      assertThat(files).isInstanceOf(SampleFolder.class);
      assertSame(files, Split.VALIDATION, trials);
    }
    assertThat(SubjectData.voxels(folder, SUBJECT, Split.VALIDATION)).isEqualTo(TestTrials.VOXELS);
    assertThat(SubjectData.voxels(folder, SUBJECT, Split.TRAIN)).isEqualTo(TestTrials.VOXELS);
  }

  @Test
  void should_refuse_a_folder_that_lacks_samples_or_stands_beside_shards() throws IOException {
    List<Trial> trials = TestTrials.trials(5);
    pack(trials);
    unpack(Split.TRAIN, trials.subList(0, 4));
    assertThatThrownBy(() -> SubjectData.open(folder, SUBJECT, Split.TRAIN, READ))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("5 samples, as the metadata file states, but found 4");
    Files.createDirectory(folder.resolve("test/test_subj09"));
    assertThatThrownBy(() -> SubjectData.open(folder, SUBJECT, Split.TEST, READ))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("expected either shards or a folder of samples but found also")
        .hasMessageEndingWith("test_subj09_0.tar; remove one of them");
  }

  @Test
  void should_skip_what_belongs_to_no_sample_and_name_what_a_sample_lacks() throws IOException {
    asFiles(folder, TestTrials.trials(2));
    Files.createDirectory(folder.resolve("sample.jpg"));
    Files.writeString(folder.resolve("README"), "x");
    Files.writeString(folder.resolve(".hidden.jpg"), "x");
    Files.writeString(folder.resolve("sample00000000000.wholebrain.npy"), "x");
    try (SampleFolder samples = SampleFolder.open(folder, Split.TEST, READ)) {
      assertThat(samples.count()).hasValue(2);
      assertThat(samples.readAll()).hasSize(2);
      Files.delete(folder.resolve("sample00000000001.coco73k.npy"));
    }
    try (SampleFolder samples = SampleFolder.open(folder, Split.TEST, READ)) {
      Iterator<Trial> all = samples.iterator();
      all.next();
      assertThatThrownBy(all::next)
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageContaining("sample00000000001")
          .hasMessageContaining("coco73k.npy");
    }
    Path upper = folder.resolve("sample00000000000.COCO73K.npy");
    Files.writeString(upper, "x");
    assertThatThrownBy(() -> SampleFolder.open(folder, Split.TEST, READ))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("coco73k.npy: expected one file of this name but found a second one");
  }

  @Test
  void should_refuse_a_folder_without_samples_large_files_and_reading_after_closing(
      @TempDir Path empty) throws IOException {
    Files.writeString(empty.resolve("notes.txt"), "x");
    assertThatThrownBy(() -> SampleFolder.open(empty, Split.TEST, READ))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(
            "shard "
                + empty
                + ": expected files of samples, such as sample0.jpg and sample0.nsdgeneral.npy but"
                + " found none among 1 file");
    asFiles(folder, TestTrials.trials(1));
    ReaderConfig tight = new ReaderConfig(TestTrials.VOXELS, 10, READ.imageLimits());
    try (SampleFolder samples = SampleFolder.open(folder, Split.TEST, tight)) {
      assertThatThrownBy(samples::readAll)
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageContaining("expected at most 10 bytes");
    }
    SampleFolder closed = SampleFolder.open(folder, Split.TEST, READ);
    Iterator<Trial> begun = closed.iterator();
    closed.close();
    closed.close();
    assertThatThrownBy(begun::next).hasMessage("the source is closed");
    assertThatThrownBy(closed::iterator).hasMessage("the source is closed");
  }

  @Test
  void should_refuse_trials_in_memory_that_are_none_or_differ() {
    Trial first = TestTrials.trial(1);
    SampleOrigin origin = SampleOrigin.memory("other");
    Trial other = new Trial(origin, first.image(), new float[1][2], 1, new long[] {1}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrialSource.of(Split.TEST, List.of()))
        .withMessage("the test split has no samples");
    assertThatThrownBy(() -> TrialSource.of(Split.TEST, List.of(first, other)))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("expected 5 voxels as in sample " + first.key() + " but found 2");
  }
}
