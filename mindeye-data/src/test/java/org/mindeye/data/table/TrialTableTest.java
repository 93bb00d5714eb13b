// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.data.DataForm;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.formats.tensor.HeapArray;

class TrialTableTest extends TableTestCase {
  private List<Trial> read(Split split) throws IOException {
    try (SubjectSource data = Recognition.open(folder, OWN);
        TrialSource trials = data.trials(split, VOXELS)) {
      return trials.readAll();
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(
            () -> {
              try (SubjectSource data = Recognition.open(folder, OWN)) {
                for (Split split : data.splits()) {
                  data.trials(split).readAll();
                }
              }
            })
        .isInstanceOf(MindEyeException.class)
        .hasMessageContainingAll(parts);
  }

  private void assertTable(String change, String with, String... parts) throws IOException {
    writeNpy(responses(6));
    write("trials.csv", TABLE.stream().map(line -> line.equals(change) ? with : line).toList());
    assertRefused(parts);
  }

  @Test
  void should_read_a_table_with_numpy_responses() throws IOException {
    writeNpy(responses(6));
    try (SubjectSource data = Recognition.open(folder.resolve("trials.csv"), OWN)) {
      assertThat(data)
          .hasToString(
              "table of trials, 6 trials in 1 session, 4 voxels, taken as they are: train 2"
                  + " pictures, validation 1 picture, test 1 picture");
      assertThat(data.form()).isEqualTo(DataForm.TRIAL_TABLE);
      assertThat(data.subject()).isEqualTo(OWN);
      assertThat(data.splits()).containsExactly(Split.values());
      assertThatThrownBy(() -> data.trials(Split.TEST, 5))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              folder.resolve("trials.csv")
                  + ": expected 5 voxels in every response but found 4; a model reads the voxels"
                  + " that it was trained with");
    }
    List<Trial> train = read(Split.TRAIN);
    assertThat(train).hasSize(2);
    assertThat(train.get(0).voxels(0)).containsExactly(0, 0.125f, 0.25f, 0.375f);
    assertThat(train.get(0).voxels(1)).containsExactly(3, 3.125f, 3.25f, 3.375f);
    assertThat(train.get(0).trialIds()).containsExactly(0, 3);
    assertThat(train.get(0).distinctRepeats()).isEqualTo(2);
    assertThat(train.get(1).voxels(1)).isEqualTo(train.get(1).voxels(0)).startsWith(1);
    assertThat(train.get(1).distinctRepeats()).isEqualTo(1);
    assertThat(train.get(0).image().content())
        .isEqualTo(Files.readAllBytes(folder.resolve("images/a.png")));
    assertThat(read(Split.TEST)).singleElement().extracting(Trial::cocoId).isEqualTo(3L);
  }

  @ParameterizedTest
  @CsvSource({"csv, ','", "tsv, '\t'"})
  void should_read_the_same_from_text(String ending, String delimiter) throws IOException {
    writeNpy(responses(6));
    List<Trial> expected = read(Split.TRAIN);
    Files.delete(folder.resolve("voxels.npy"));
    float[] values = responses(6);
    StringBuilder text = new StringBuilder(String.join(delimiter, "v0", "v1", "v2", "v3"));
    for (int i = 0; i < values.length; i++) {
      text.append(i % VOXELS == 0 ? "\n" : delimiter).append(values[i]);
    }
    Files.writeString(folder.resolve("voxels." + ending), text);

    List<Trial> found = read(Split.TRAIN);

    for (int i = 0; i < expected.size(); i++) {
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThat(found.get(i).voxels(repeat)).isEqualTo(expected.get(i).voxels(repeat));
      }
    }
    Files.writeString(folder.resolve("voxels." + ending), "1" + delimiter + "2\n1\n");
    assertRefused("line 2: expected 2 numbers, as before but found 1");
    Files.writeString(folder.resolve("voxels." + ending), "1" + delimiter + "2\n1" + delimiter);
    assertRefused("line 2, column 2: expected a number but found ''");
  }

  @Test
  void should_read_a_dataset_of_hdf5() throws IOException {
    Files.copy(Fixtures.file("glmsingle/flat.hdf5"), folder.resolve("voxels.hdf5"));
    write("trials.csv", List.of("image,split,row", "a.png,train,2", "b.png,test,0"));
    float[] rows;
    int width;
    try (Hdf5File file = Hdf5File.open(folder.resolve("voxels.hdf5"))) {
      HeapArray all = file.dataset("betasmd").read();
      width = (int) all.shape()[1];
      rows = all.toFloats();
    }
    try (SubjectSource data = Recognition.open(folder, OWN);
        TrialSource train = data.trials(Split.TRAIN, width)) {
      assertThat(data.voxels()).isEqualTo(width);
      assertThat(train.readAll().get(0).voxels(0))
          .isEqualTo(Arrays.copyOfRange(rows, 2 * width, 3 * width));
    }
    Files.copy(
        Fixtures.file("hdf5/types.h5"),
        folder.resolve("voxels.hdf5"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused("voxels.hdf5: expected a dataset 'voxels' of [trials, voxels] but found [bool, ");
  }

  @Test
  void should_take_rows_and_numbers_from_the_table() throws IOException {
    writeNpy(responses(9));
    write(
        "trials.csv",
        List.of(
            "split,picture,row,image",
            "train,70,8,a.png",
            ",71,0,b.png",
            "train,72,1,c.png",
            "test,73,2,d.png"));

    List<Trial> train = read(Split.TRAIN);

    assertThat(train).extracting(Trial::cocoId).containsExactly(70L, 72L);
    assertThat(train.get(0).voxels(0)).startsWith(8);
  }

  @Test
  void should_scale_betas_of_a_mask_session_by_session() throws IOException {
    float[] mask = {0, 1, 0, 1, 1, 0};
    writeNifti("mask.nii", 1, mask);
    float[] first = {9, 1, 9, 2, 3, 9, 9, 5, 9, 4, 7, 9, 9, 0, 9, 0, 1, 9};
    float[] second = first.clone();
    for (int i = 0; i < second.length; i++) {
      second[i] = 10 * second[i] + 3;
    }
    writeNifti("betas_1.nii", 3, first);
    writeNifti("betas_2.nii", 3, second);
    write(
        "trials.csv",
        List.of(
            "image,split",
            "a.png,train",
            "b.png,train",
            "c.png,val",
            "a.png,train",
            "b.png,train",
            "d.png,test"));
    try (SubjectSource data = Recognition.open(folder, OWN)) {
      assertThat(data)
          .asString()
          .contains("6 trials in 2 sessions, 3 voxels, z-scored by training trials: ");
    }
    try (SubjectSource data = Recognition.open(folder, OWN);
        TrialSource train = data.trials(Split.TRAIN);
        TrialSource validation = data.trials(Split.VALIDATION)) {
      Trial a = train.readAll().get(0);
      assertThat(a.voxels(0)).containsExactly(new float[] {-1, -1, -1}, within(1e-6f));
      assertThat(a.voxels(1)).containsExactly(new float[] {-1, -1, -1}, within(1e-6f));
      assertThat(validation.readAll().get(0).voxels(0))
          .containsExactly(new float[] {-3, -1.5f, -2}, within(1e-6f));
    }
    Files.delete(folder.resolve("mask.nii"));
    assertRefused("expected mask.nii.gz (or .nii, .mgh, .mgz), whose voxels of value 1 are taken");
  }

  @Test
  void should_say_which_responses_are_expected() throws IOException {
    assertRefused(folder + ": expected responses in one of voxels.npy", "none of them");
    writeNpy(responses(6));
    Files.writeString(folder.resolve("voxels.csv"), "1\n");
    assertRefused("but found [voxels.npy, voxels.csv]");
  }

  @Test
  void should_refuse_more_or_fewer_responses() throws IOException {
    writeNpy(responses(5));
    assertRefused(
        "trials.csv: expected 5 trials, as there are responses in voxels.npy, but found 6; a column"
            + " 'row'");
  }

  @Test
  void should_refuse_a_response_that_is_no_number() throws IOException {
    float[] values = responses(6);
    values[3 * VOXELS + 2] = Float.NaN;
    writeNpy(values);
    assertRefused(
        "voxels.npy: expected finite responses",
        "NaN at trial 3, voxel (x 2, y 0, z 0), the first of 1 such value; repair them, or leave");
    Files.delete(folder.resolve("voxels.npy"));
    Files.writeString(folder.resolve("voxels.csv"), "1,2\n1,2\n1,2\n1,2\n1,NaN\n1,2\n");
    assertRefused("voxels.csv: expected finite responses", "NaN at trial 4, voxel (x 1, y 0, z 0)");
  }

  @Test
  void should_refuse_a_picture_in_two_splits() throws IOException {
    assertTable(
        "d.png,test",
        "a.png,test",
        "trials.csv: row 5 (a.png): expected every picture in one split but found its picture in"
            + " train in row 1 too");
  }

  @ParameterizedTest
  @ValueSource(strings = {"e.png,train", "sub/e.png,train", "../e.png,test"})
  void should_name_pictures_that_are_not_there(String line) throws IOException {
    assertTable("b.png,train", line, "but found no ", "e.png");
  }

  @Test
  void should_refuse_unknown_splits_and_missing_columns() throws IOException {
    assertTable(
        "b.png,train",
        "b.png,training",
        "row 2, column 'split': expected train, validation (or val), test, or nothing to leave it"
            + " out but found 'training'");
    assertTable("b.png,train", ",train", "row 2, column 'image': expected the name of a file");
    assertTable("b.png,train", "b\0,train", "row 2, column 'image': expected the name of a file");
    assertTable("image,split", "picture,split", "expected one column 'image' but found");
    assertTable("b.png,train", "b.png", "row 2: expected 2 values but found 1");
    write("trials.csv", List.of("image,split"));
    assertRefused("trials.csv: expected a line for each trial but found none");
  }

  @Test
  void should_refuse_contradicting_numbers() throws IOException {
    assertNumbers("a.png,train,0,1", "a.png,train,1,2", "one number for every picture but found 1");
    assertNumbers("a.png,train,0,1", "b.png,train,1,1", "a.png of the same number 1 in row 1");
    assertNumbers("a.png,train,0,1", "b.png,train,0,2", "response 0 in row 1 too (duplicate");
    assertNumbers("a.png,train,0,1", "b.png,train,6,2", "'row': expected a whole number of 0 to 5");
    assertNumbers("a.png,train,x,1", "b.png,train,1,2", "'row': expected a number but found 'x'");
  }

  private void assertNumbers(String first, String second, String message) throws IOException {
    writeNpy(responses(6));
    write("trials.csv", List.of("image,split,row,picture", first, second));
    assertRefused(message);
  }

  @Test
  void should_have_no_split_that_is_not_named() throws IOException {
    writeNpy(responses(6));
    write(
        "trials.csv",
        TABLE.stream().map(line -> line.replace(",test", ",").replace(",val", ",")).toList());
    try (SubjectSource data = Recognition.open(folder, OWN)) {
      assertThat(data.splits()).containsExactly(Split.TRAIN);
      assertThatThrownBy(() -> data.trials(Split.TEST))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("expected trials of the test split but found none");
    }
  }
}
