// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.MalformedFileException;

class NsdTablesTest {
  @TempDir private Path folder;

  private Path stimuli(UnaryOperator<List<String>> change) throws IOException {
    return NsdTree.changed(folder, NsdTree.STIMULI, change);
  }

  private Path responses(UnaryOperator<List<String>> change) throws IOException {
    return NsdTree.changed(folder, NsdTree.RESPONSES, change);
  }

  private static UnaryOperator<List<String>> replacing(int line, String part, String by) {
    return lines -> {
      List<String> changed = new ArrayList<>(lines);
      assertThat(changed.get(line)).contains(part);
      changed.set(line, changed.get(line).replace(part, by));
      return changed;
    };
  }

  @Test
  void should_keep_the_two_ways_to_count_apart() {
    assertThat(new NsdId(0).toId73k()).isEqualTo(new Id73k(1)).hasToString("73KID 1");
    assertThat(new Id73k(73_000).toNsdId()).isEqualTo(new NsdId(72_999)).hasToString("nsdId 72999");
    assertThat(List.of(new NsdId(3), new NsdId(2))).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(new Id73k(3)).isGreaterThan(new Id73k(2));
    assertThatThrownBy(() -> new NsdId(73_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an nsdId counts from 0 to 72999 but was 73000");
    assertThatThrownBy(() -> new Id73k(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a 73KID counts from 1 to 73000 but was 0");
  }

  @Test
  void should_read_the_design() throws IOException {
    NsdDesign design = NsdDesign.read(NsdTree.file(NsdTree.DESIGN));
    long[] images = Fixtures.arrays("nsd/expected.npz").get("images").toLongs();
    assertThat(design.subjects()).isEqualTo(2);
    assertThat(design.trials()).isEqualTo(36);
    for (int t = 0; t < 36; t++) {
      assertThat(design.image(1, t).toNsdId().value()).isEqualTo((int) images[t]);
    }
    long[] shared = Fixtures.arrays("nsd/expected.npz").get("shared").toLongs();
    assertThat(design.shared().stream().mapToLong(Id73k::value))
        .containsExactly(Arrays.stream(shared).boxed().toArray(Long[]::new));
    assertThat(design).asString().endsWith(": 2 subjects, 36 trials, 4 shared pictures");
    assertThatThrownBy(() -> design.image(3, 0))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("subject 3, trial 0 of 2 subjects and 36 trials");
    assertThatThrownBy(() -> design.image(1, 36)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void should_refuse_designs_that_contradict_themselves() {
    assertRefused("from_zero", "whole numbers of 1 to 14 in masterordering but found 0.0 at");
    assertRefused("from_zero", ": counted from 0?");
    assertRefused("fourth", "expected at most 3 trials of a picture but found a fourth one at");
    assertRefused("twice", "expected different pictures for subject 2 but found 73KID ");
    assertRefused("unshared", "expected all shared pictures among those of subject 1 but found");
    assertRefused("shared_twice", "different pictures in sharedix but found 1 of them twice");
    assertRefused("cube", "subjectim of [subjects, pictures] but found (2, 7, 2)");
    assertRefused("no_order", "a variable 'masterordering' but found only subjectim");
    assertRefused("square", "masterordering of [1, numbers] but found (6, 6)");
    assertRefused(
        "fraction", "whole numbers of 1 to 73000 in subjectim but found 1.5 at element 3");
  }

  private static void assertRefused(String name, String message) {
    assertThatThrownBy(() -> NsdDesign.read(Fixtures.file("nsd/designs/" + name + ".mat")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(name + ".mat: ")
        .hasMessageContaining(message);
  }

  @Test
  void should_read_the_table_of_pictures() throws IOException {
    StimulusTable table = StimulusTable.read(NsdTree.file(NsdTree.STIMULI));
    assertThat(table.all()).hasSize(40);
    assertThat(table.get(new NsdId(3)).orElseThrow())
        .isEqualTo(
            new Stimulus(
                new NsdId(3),
                400_021,
                "val2017",
                NsdDesign.read(NsdTree.file(NsdTree.DESIGN)).shared().contains(new Id73k(4))));
    assertThat(table.get(new NsdId(40))).isEmpty();
    assertThat(table.shared()).hasSize(4);
    assertThat(table).asString().endsWith("nsd_stim_info_merged.csv: 40 pictures");
    NsdDesign.read(NsdTree.file(NsdTree.DESIGN)).requireAgreement(table);
  }

  @Test
  void should_say_what_is_wrong_with_the_table_of_pictures() throws IOException {
    assertThatThrownBy(() -> StimulusTable.read(stimuli(replacing(0, "nsdId", "id"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected one column 'nsdId' but found , cocoId, cocoSplit");
    assertThatThrownBy(() -> StimulusTable.read(stimuli(replacing(2, ",1,False", ",73000,False"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "row 2, column 'nsdId': expected a whole number of 0 to 72999 but found '73000'");
    assertThatThrownBy(() -> StimulusTable.read(stimuli(replacing(2, ",1,False", ",0,False"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("row 2, column 'nsdId': expected every picture once but found '0'");
    assertThatThrownBy(() -> StimulusTable.read(stimuli(replacing(5, "400028", "many"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("row 5, column 'cocoId': expected a number but found 'many'");
    assertThatThrownBy(() -> StimulusTable.read(stimuli(replacing(5, "False,False", "maybe"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("row 5: expected 11 values but found 10");
    assertThatThrownBy(
            () -> StimulusTable.read(stimuli(lines -> List.of(lines.get(0), "\"never closed"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a table of text but found line 2 that is none (");
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    assertThatThrownBy(() -> StimulusTable.read(empty))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected one column 'cocoId' but found an empty file");
    assertThatThrownBy(() -> StimulusTable.read(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a table of text but found a folder");
  }

  @Test
  void should_notice_tables_that_disagree_with_the_design() throws IOException {
    NsdDesign design = NsdDesign.read(NsdTree.file(NsdTree.DESIGN));
    UnaryOperator<List<String>> moved =
        lines -> {
          List<String> changed = new ArrayList<>(lines.subList(0, 1));
          for (int i = 1; i < lines.size(); i++) {
            String number = "0.1," + (i - 1) + ",";
            changed.add(lines.get(i).replace(number, "0.1," + i + ","));
          }
          return changed;
        };
    assertThatThrownBy(() -> design.requireAgreement(StimulusTable.read(stimuli(moved))))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("expected the 4 shared pictures of ")
        .hasMessageContaining("but found 4, all of them off by one: nsdId counts from 0");
    UnaryOperator<List<String>> none =
        lines -> lines.stream().map(line -> line.replace("True", "False")).toList();
    assertThatThrownBy(() -> design.requireAgreement(StimulusTable.read(stimuli(none))))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("but found 0; not among them are [73KID ");
  }

  @Test
  void should_read_what_the_subject_did() throws IOException {
    BehaviorTable table = BehaviorTable.read(NsdTree.file(NsdTree.RESPONSES));
    long[] images = Fixtures.arrays("nsd/expected.npz").get("images").toLongs();
    assertThat(table.subject()).isEqualTo(1);
    assertThat(table.trials()).hasSize(36);
    assertThat(table.trials().get(14))
        .isEqualTo(
            new BehaviorTrial(
                2, 1, 3, new Id73k((int) images[14] + 1), table.trials().get(14).old(), 1, 514.5));
    assertThat(table.trials().get(0).old()).isFalse();
    assertThat(table.trials().get(35).old()).isTrue();
    assertThat(table.trials().get(16).correct()).isNaN();
    assertThat(table.trials().get(16).reactionMillis()).isNaN();
    assertThat(table).asString().endsWith("responses.tsv: 36 trials of subject 1");
    table.requireAgreement(NsdDesign.read(NsdTree.file(NsdTree.DESIGN)));
  }

  @Test
  void should_say_what_is_wrong_with_the_responses() {
    assertThatThrownBy(() -> BehaviorTable.read(responses(replacing(0, "73KID", "IMAGE"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected one column '73KID' but found SUBJECT, SESSION, RUN");
    assertThatThrownBy(
            () -> BehaviorTable.read(responses(replacing(3, "1\t1\t1\t3", "1\t1\t1\t2"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "row 3, column 'TRIAL': expected every trial of session 1, run 1 once but found '2'");
    assertThatThrownBy(
            () -> BehaviorTable.read(responses(replacing(3, "1\t1\t1\t3", "2\t1\t1\t3"))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "row 3, column 'SUBJECT': expected subject 1 in every row but found '2'");
    assertThatThrownBy(() -> BehaviorTable.read(responses(lines -> lines.subList(0, 1))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected trials but found none");
    assertThatThrownBy(() -> BehaviorTable.read(NsdTree.file(NsdTree.STIMULI)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected one column 'SUBJECT'");
  }

  @Test
  void should_notice_responses_to_other_pictures() throws IOException {
    NsdDesign design = NsdDesign.read(NsdTree.file(NsdTree.DESIGN));
    int planned = design.image(1, 2).value();
    String place = "1\t1\t1\t3\t";
    Path wrong = responses(replacing(3, place + planned, place + (planned - 1)));
    assertThatThrownBy(() -> BehaviorTable.read(wrong).requireAgreement(design))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "row 3: expected 73KID "
                + planned
                + ", as in the design, but found 73KID "
                + (planned - 1)
                + ": off by one, counted from 0?");
    Path other =
        responses(lines -> lines.stream().map(line -> line.replaceFirst("^1\t", "3\t")).toList());
    assertThatThrownBy(() -> BehaviorTable.read(other).requireAgreement(design))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("subject 3 with 36 trials is not in the design ");
  }

  @Test
  void should_read_pictures_when_asked() throws IOException {
    byte[] bricks = new byte[40 * 6 * 8 * 3];
    Fixtures.arrays("nsd/expected.npz").get("bricks").bytes().get(bricks);
    try (StimulusImages images = StimulusImages.open(NsdTree.file(NsdTree.PICTURES))) {
      assertThat(images.count()).isEqualTo(40);
      assertThat(images.image(new NsdId(7)).content())
          .isEqualTo(Arrays.copyOfRange(bricks, 7 * 144, 8 * 144));
      assertThat(images.image(new NsdId(0)).width()).isEqualTo(8);
      assertThat(images.image(new NsdId(0)).height()).isEqualTo(6);
      assertThatThrownBy(() -> images.image(new NsdId(40)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(
              "dataset 'imgBrick': expected a picture for nsdId 40 but found 40 of them, counted"
                  + " from 0");
    }
    assertThatThrownBy(
            () -> StimulusImages.open(NsdTree.file(NsdTree.BETAS + "betas_session01.hdf5")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a dataset 'imgBrick' but found only betas");
  }
}
