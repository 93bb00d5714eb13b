// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.data.DataForm;
import org.mindeye.data.Fixtures;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.testkit.RawNsdTree;

class RecognitionTest {
  private static final int OWN = 9;

  @TempDir private Path folder;

  private Path webDataset(int subject) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (WebDatasetWriter writer = WebDatasetWriter.create(data, subject, WriterConfig.DEFAULT)) {
      for (int i = 0; i < 3; i++) {
        writer.add(Split.TRAIN, TestTrials.trial(i));
      }
      writer.add(Split.TEST, TestTrials.trial(7));
      writer.commit();
    }
    return data;
  }

  @Test
  void should_open_a_web_dataset() throws IOException {
    Path path = webDataset(OWN);
    try (SubjectSource data = Recognition.open(path, OWN)) {
      assertThat(data.form()).isEqualTo(DataForm.WEB_DATASET);
      assertThat(data.subject()).isEqualTo(OWN);
      assertThat(data).hasToString("MindEye web-dataset: train 3 samples, test 1 sample");
      assertThat(data.splits()).containsExactly(Split.TRAIN, Split.TEST);
      assertThat(data.voxels()).isEqualTo(TestTrials.VOXELS);
      assertThat(data.isDividedByPictures()).isFalse();
      try (TrialSource test = data.trials(Split.TEST)) {
        assertThat(test.readAll())
            .extracting(Trial::key)
            .containsExactly(TestTrials.trial(7).key());
      }
      try (TrialSource wrong = data.trials(Split.TRAIN, 1)) {
        assertThatThrownBy(wrong::readAll)
            .isInstanceOf(MalformedSampleException.class)
            .hasMessageContaining("[3, 1]");
      }
    }
    Files.delete(path.resolve("metadata_subj09.json"));
    try (SubjectSource data = Recognition.open(path, OWN)) {
      assertThat(data).hasToString("MindEye web-dataset: train 1 shard, test 1 shard");
    }
  }

  @Test
  void should_name_the_subjects_that_are_there() throws IOException {
    Path path = webDataset(OWN);

    assertThatThrownBy(() -> Recognition.open(path, 1))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(path + ": expected files of subject 1 but found those of subject 9");
    assertThatThrownBy(() -> Recognition.open(Fixtures.file("nsd/tree"), 2))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("subj02")
        .hasMessageEndingWith("; there are files of the subjects [1]");
  }

  @Test
  void should_open_the_published_files_of_any_size() throws IOException {
    try (SubjectSource data = Recognition.open(RawNsdTree.in(folder), OWN)) {
      assertThat(data)
          .hasToString(
              "Natural Scenes Dataset, sessions 1 to 3, betas_fithrf_GLMdenoise_RR, nsdgeneral of"
                  + " 13 voxels, z-scored by training trials: train 33 pictures, validation 3"
                  + " pictures, test 8 pictures");
      assertThat(data.form()).isEqualTo(DataForm.NSD);
      assertThat(data.voxels()).isEqualTo(13);
      assertThat(data.splits()).containsExactly(Split.values());
      assertThat(data.isDividedByPictures()).isTrue();
      try (TrialSource train = data.trials(Split.TRAIN, 13)) {
        List<Trial> trials = train.readAll();
        assertThat(trials)
            .hasSize(33)
            .allMatch(trial -> trial.repeats() == 3 && trial.distinctRepeats() == 3);
      }
      assertThatThrownBy(() -> data.trials(Split.TEST, 15724))
          .isInstanceOf(MindEyeException.class)
          .hasMessageEndingWith(
              ": expected 15724 voxels in every response but found 13; a model reads the voxels that"
                  + " it was trained with");
    }
  }

  @Test
  void should_hold_the_published_files_to_the_published_numbers() {
    assertThatThrownBy(() -> Recognition.open(Fixtures.file("nsd/tree"), 1))
        .isInstanceOf(MindEyeException.class);
  }

  @Test
  void should_fill_up_responses_to_pictures_that_were_shown_less_often() throws IOException {
    Path root = RawNsdTree.in(folder);
    Files.delete(root.resolve(RawNsdTree.BETAS + "betas_session03.hdf5"));
    try (SubjectSource data = Recognition.open(root, OWN);
        TrialSource train = data.trials(Split.TRAIN)) {
      assertThat(data).asString().contains(", sessions 1 to 2, ");
      List<Trial> trials = train.readAll();
      assertThat(trials).allMatch(trial -> trial.repeats() == 3);
      Trial once = trials.stream().filter(t -> t.distinctRepeats() == 1).findFirst().orElseThrow();
      assertThat(once.voxels(1)).isEqualTo(once.voxels(0)).isEqualTo(once.voxels(2));
      Trial twice = trials.stream().filter(t -> t.distinctRepeats() == 2).findFirst().orElseThrow();
      assertThat(twice.voxels(2)).isEqualTo(twice.voxels(0)).isNotEqualTo(twice.voxels(1));
      assertThat(twice.trialIds()).hasSize(2);
    }
    Files.delete(root.resolve(RawNsdTree.BETAS + "betas_session02.hdf5"));
    Files.copy(
        root.resolve(RawNsdTree.BETAS + "betas_session01.hdf5"),
        root.resolve(RawNsdTree.BETAS + "betas_session03.hdf5"));
    assertThatThrownBy(() -> Recognition.open(root, OWN))
        .isInstanceOf(MindEyeException.class)
        .hasMessageEndingWith(
            "expected a file for each of sessions 1 to 3 but found only [1, 3]; get the others, or"
                + " name the sessions to take");
  }

  @Test
  void should_say_what_was_found_and_what_would_be_recognised() throws IOException {
    assertThatThrownBy(() -> Recognition.open(folder.resolve("none"), OWN))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> Recognition.open(folder, OWN))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            folder
                + ": expected a subject's data but found an empty folder. Recognised are: "
                + DataForm.all());
    Files.writeString(folder.resolve("notes.txt"), "x");
    Files.createDirectory(folder.resolve("more"));
    assertThatThrownBy(() -> Recognition.open(folder, OWN))
        .hasMessageContaining("found a folder of more/, notes.txt. Recognised");
    assertThatThrownBy(() -> Recognition.open(folder.resolve("notes.txt"), OWN))
        .hasMessageContaining("found a text that begins with 78: ");
    Path data = webDataset(OWN);
    assertThatThrownBy(() -> Recognition.open(folder, OWN))
        .hasMessageContaining("found a folder in which " + data + " is some: give that");
  }

  @Test
  void should_refuse_two_forms_at_once() throws IOException {
    Path data = webDataset(OWN);
    Files.createDirectory(data.resolve("nsddata"));

    assertThatThrownBy(() -> Recognition.open(data, OWN))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            data
                + ": expected data of one form but found marks of several: MindEye web-dataset,"
                + " Natural Scenes Dataset; move one of them away");
  }
}
