// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/** {@link TrialTable} of files as spreadsheets, pandas, R and scanners leave them. */
class SavedTablesTest extends TableTestCase {
  private List<Trial> read(Split split) throws IOException {
    try (TrialTable data = TrialTable.open(folder, OWN);
        TrialSource trials = data.trials(split)) {
      return trials.readAll();
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> TrialTable.open(folder, OWN).close())
        .isInstanceOf(MindEyeException.class)
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ufeff", "\ufeffa,b,c,d\r\n", "0,1,2,3\n", "\"0\",\"1\",\"2\",\"3\"\n"})
  void should_know_what_is_above_responses(String start) throws IOException {
    float[] values = responses(6);
    StringBuilder text = new StringBuilder(start);
    for (int i = 0; i < values.length; i++) {
      text.append(values[i]).append(i % VOXELS == VOXELS - 1 ? "\r\n" : ", ");
    }
    Files.writeString(folder.resolve("voxels.csv"), text);
    assertThat(read(Split.TRAIN).get(0).voxels(1)).containsExactly(3, 3.125f, 3.25f, 3.375f);
  }

  @ParameterizedTest
  @ValueSource(strings = {",0,1", "\"\",\"V1\",\"V2\"", "Unnamed: 0,v1,v2", ",v1,v2"})
  void should_refuse_an_index_beside_responses(String names) throws IOException {
    Files.writeString(folder.resolve("voxels.csv"), names + "\n0,1.5,2.5\n1,3.5,4.5\n");
    assertRefused(
        "voxels.csv: line 1, column 1: expected the name or number of a voxel but found '",
        "': the index of a table? Save it without, in pandas with index=False");
  }

  @ParameterizedTest
  @ValueSource(strings = {",1.5,2.5", " ,0.5,1", ",1,0", ",0.25,"})
  void should_not_take_a_missing_response_for_an_index(String line) throws IOException {
    Files.writeString(folder.resolve("voxels.csv"), line + "\n3.5,4.5,5.5\n");
    assertRefused("voxels.csv: line 1, column 1: expected a number but found ''");
  }

  @Test
  void should_say_that_axes_are_swapped() throws IOException {
    Npy.write(folder.resolve("voxels.npy"), HeapArray.ofFloats(responses(6), VOXELS, 6));
    assertRefused(
        "trials.csv: expected 4 trials, as there are responses in voxels.npy, but found 6; are axes"
            + " swapped? Responses are of [trials, voxels]");
  }

  @Test
  void should_read_tables_as_spreadsheets_save_them() throws IOException {
    writeNpy(responses(6));
    Files.move(folder.resolve("images/a.png"), folder.resolve("images/a, b.png"));
    Files.writeString(
        folder.resolve("trials.csv"),
        "\ufeff"
            + String.join("\r\n", TABLE)
                .replace("image,split", "\"image\" , \"split\"")
                .replace("a.png", "\"a, b.png\" ")
            + "\r\n\r\n");
    List<Trial> train = read(Split.TRAIN);
    assertThat(train).hasSize(2);
    assertThat(train.get(0).distinctRepeats()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"UTF-16, UTF-16", "UTF-16LE, another encoding", "ISO-8859-1, another encoding"})
  void should_refuse_other_encodings(String charset, String name) throws IOException {
    writeNpy(responses(6));
    String table = String.join("\n", TABLE).replace("a.png", "ä.png");
    Files.write(folder.resolve("trials.csv"), table.getBytes(Charset.forName(charset)));
    assertRefused(
        "trials.csv: expected a table of text in UTF-8 but found " + name + "; save it as UTF-8");
    write("trials.csv", TABLE);
    Files.delete(folder.resolve("voxels.npy"));
    Files.write(folder.resolve("voxels.csv"), "ä,b\n1,2".getBytes(Charset.forName(charset)));
    assertRefused("voxels.csv: expected numbers as text in UTF-8 but found " + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0308.png", "Ä.PNG"}) // a Mac's letters, Windows' capitals
  void should_name_a_picture_that_is_written_differently(String there) throws IOException {
    writeNpy(responses(6));
    assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
    Files.move(folder.resolve("images/a.png"), folder.resolve("images/" + there));
    assumeThat(folder.resolve("images/ä.png")).as("a strict file system").doesNotExist();
    write("trials.csv", TABLE.stream().map(line -> line.replace("a.png", "ä.png")).toList());
    assertRefused("but found no ä.png; there is " + there + ", which differs from the first in");
  }

  @Test
  void should_say_how_values_are_separated() throws IOException {
    writeNpy(responses(6));
    write("trials.csv", TABLE.stream().map(line -> line.replace(',', ';')).toList());
    assertRefused(
        "one column 'image' but found image;split: separate values by commas, not by semicolons");
    Files.delete(folder.resolve("trials.csv"));
    write("trials.tsv", TABLE);
    assertRefused("but found image,split: separate values by tabs, not by commas");
  }

  /** As LibreOffice and write.csv2 of R have them. */
  @ParameterizedTest
  @ValueSource(strings = {"\"image\";\"split\"", "\"image\" ; \"split\"", "\"\";\"image\";\"a,b\""})
  void should_say_how_quoted_values_are_separated(String names) throws IOException {
    writeNpy(responses(6));
    write("trials.csv", List.of(names, "\"a.png\";\"train\""));
    assertRefused(
        "one column 'image' but found " + names + ": separate values by commas, not by semicolons");
  }

  @Test
  void should_order_names_by_their_numbers() {
    List<String> ordered =
        List.of("a11", "b", "b1.2", "b1.10", "b09", "b9", "b9x", "b10", "b99999999999999999999");
    List<Path> shuffled = new ArrayList<>(ordered.stream().map(Path::of).toList());
    Collections.shuffle(shuffled, new Random(1));
    assertThat(shuffled.stream().sorted(new NumberedNames()).map(Path::toString))
        .isEqualTo(ordered);
  }

  @Test
  void should_take_numbered_files_in_the_order_of_their_numbers() throws IOException {
    writeNifti("mask.nii", 1, new float[] {0, 1, 0, 1, 1, 0});
    List<String> lines = new ArrayList<>(List.of("image,split"));
    for (int number = 1; number <= 11; number++) {
      float[] frames = new float[12];
      frames[1] = number;
      frames[7] = number + 1;
      writeNifti("betas_session" + number + ".nii", 2, frames);
      lines.addAll(List.of("a.png,train", "b.png,train"));
    }
    write("trials.csv", lines);
    try (TrialTable table = TrialTable.open(folder, OWN)) {
      assertThat(table.study().sessions())
          .extracting(session -> session.betas().read(new int[] {1})[0][0])
          .containsExactly(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f);
    }
    Files.delete(folder.resolve("betas_session3.nii"));
    assertRefused(
        "expected 20 trials, as there are responses in betas_session1.nii to betas_session11.nii"
            + " (10 files), but found 22");
  }
}
