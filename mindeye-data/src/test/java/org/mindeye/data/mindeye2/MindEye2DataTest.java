// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.data.DataForm;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.description.DataDescription;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class MindEye2DataTest {
  private static final int VOXELS = 5;

  @TempDir private Path folder;

  private Path root;

  @BeforeEach
  void copy() throws IOException {
    root = folder.resolve("mindeyev2");
    Path from = Fixtures.file("mindeye2/tree");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Path target = root.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }

  private static HeapArray expected(String name) throws IOException {
    return Fixtures.arrays("mindeye2/expected.npz").get(name);
  }

  private static List<Trial> read(SubjectSource data, Split split) throws IOException {
    try (TrialSource trials = data.trials(split, VOXELS)) {
      assertThat(trials.count()).hasValue(trials.readAll().size());
      return trials.readAll();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void should_read_every_response_and_picture_to_the_last_bit(int subject) throws IOException {
    float[] betas = expected("betas" + subject).toFloats();
    long[] shown = expected("shown" + subject).toLongs();
    float[] pictures = expected("pictures").toFloats();
    try (SubjectSource data = Recognition.open(root, subject)) {
      assertThat(data.form()).isEqualTo(DataForm.MINDEYE2);
      assertThat(data.subject()).isEqualTo(subject);
      assertThat(data.voxels()).isEqualTo(VOXELS);
      assertThat(data.isDividedByPictures()).isTrue();
      Set<Long> seen = new TreeSet<>();
      for (Split split : Split.values()) {
        for (Trial trial : read(data, split)) {
          assertThat(seen.add(trial.cocoId())).isTrue();
          assertThat(trial.repeats()).isEqualTo(3);
          assertThat(trial.trialIds()).hasSize(trial.distinctRepeats());
          for (int repeat = 0; repeat < 3; repeat++) {
            int row = (int) trial.trialIds()[repeat % trial.distinctRepeats()];
            assertThat(shown[row]).isEqualTo(trial.cocoId());
            assertThat(trial.voxels(repeat))
                .isEqualTo(Arrays.copyOfRange(betas, row * VOXELS, (row + 1) * VOXELS));
          }
          int at = (int) trial.cocoId() * 72;
          assertThat(trial.image().toFloats()).isEqualTo(Arrays.copyOfRange(pictures, at, at + 72));
          assertThat(trial.image().encoded().toFloats())
              .usingComparatorWithPrecision(0.5f / 255 + 1e-6f)
              .containsExactly(trial.image().toFloats());
        }
      }
      assertThat(seen).hasSize(10);
    }
  }

  @Test
  void should_set_pictures_aside_and_say_which_test_it_is() throws IOException {
    try (SubjectSource first = Recognition.open(root, 1);
        SubjectSource second = Recognition.open(root, 2)) {
      assertThat(first)
          .hasToString(
              "MindEye2 files, 5 voxels, taken as they are: train 6 pictures, validation 2"
                  + " pictures, test 2 pictures (new_test)");
      assertThat(second).asString().endsWith("test 2 pictures (test)");
      assertThat(read(first, Split.TEST)).extracting(Trial::cocoId).containsExactly(8L, 9L);
      assertThatThrownBy(() -> first.trials(Split.TEST, 6))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(".hdf5: expected 6 voxels in every response but found 5;");
    }
    assertThat(DataDescription.read(root).parts())
        .anyMatch(p -> p.name().equals("subject 2") && p.form().startsWith("MindEye2 files, 5"));
  }

  @Test
  void should_read_what_was_before_a_trial() throws IOException {
    Path tar = root.resolve("wds/subj01/train/0.tar");
    List<List<Behavior>> trials = MindEye2Shard.read(tar, MindEye2Shard.Member.BEHAV);
    assertThat(trials.get(1)).hasSize(1);
    Behavior second = trials.get(1).get(0);
    assertThat(second.value(BehaviorColumn.GLOBAL_TRIAL)).hasValue(1);
    assertThat(second.value(BehaviorColumn.TIME)).hasValue(0.5);
    assertThat(second.value(BehaviorColumn.REACTION_TIME)).isEmpty();
    List<Behavior> past = MindEye2Shard.read(tar, MindEye2Shard.Member.PAST_BEHAV).get(1);
    assertThat(past).hasSize(15);
    assertThat(past.get(0).value(BehaviorColumn.GLOBAL_TRIAL).getAsDouble())
        .isCloseTo(0, within(0.0));
    assertThat(past.get(1).value(BehaviorColumn.GLOBAL_TRIAL)).isEmpty();
    assertThat(MindEye2Shard.read(tar, MindEye2Shard.Member.FUTURE_BEHAV).get(0)).hasSize(15);
    assertThat(MindEye2Shard.read(tar, MindEye2Shard.Member.OLDS_BEHAV).get(0)).hasSize(3);
  }

  private void assertRefused(int subject, String... parts) {
    assertThatThrownBy(() -> Recognition.open(root, subject).close())
        .isInstanceOf(MindEyeException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void should_name_what_is_missing() throws IOException {
    assertRefused(
        7,
        "expected the responses in betas_all_subj07_fp32_renorm.hdf5 but found no such file",
        "; there are files of the subjects [1, 2]");
    Files.delete(root.resolve("wds/subj01/train/0.tar"));
    assertRefused(1, "expected files numbered from 0 without a gap", "among 1 tar file");
    Files.delete(root.resolve("coco_images_224_float16.hdf5"));
    assertRefused(2, "coco_images_224_float16.hdf5: expected the pictures but found nothing there");
  }

  @Test
  void should_notice_what_does_not_belong_together() throws IOException {
    Path train = root.resolve("wds/subj01/train");
    Files.copy(train.resolve("0.tar"), train.resolve("2.tar"));
    assertRefused(1, "2.tar: sample number 0: expected every trial once", "(duplicate trials?)");
    Files.delete(train.resolve("2.tar"));
    Files.copy(
        root.resolve("wds/subj02/train/0.tar"),
        train.resolve("0.tar"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(1, "0.tar: sample number 0: expected a trial of subject 1 but found 2");
    Files.copy(
        root.resolve("coco_images_224_float16.hdf5"),
        root.resolve("betas_subj02.hdf5"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(2, "betas_subj02.hdf5");
  }

  @Test
  void should_name_both_files_where_there_are_too_few_pictures() {
    BetaSession rows = BetaSession.ofRows("rows", new float[30][1]);
    Path tar = root.resolve("wds/subj01/train/0.tar");
    ShownTrials shown = new ShownTrials(1, rows, 1, "pictures.hdf5");
    assertThatThrownBy(() -> shown.add(List.of(tar)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(tar + ": sample number ")
        .hasMessageContaining(
            "expected a picture of the 1 of pictures.hdf5, counted from 0, but found ");
  }

  @Test
  void should_refuse_damaged_tables() throws IOException {
    Path tar = root.resolve("wds/subj01/train/0.tar");
    byte[] whole = Files.readAllBytes(tar);
    int end = whole.length;
    while (whole[end - 1] == 0) {
      end--;
    }
    int border = (end + 511) / 512 * 512; // of the last sample: without a mark of the end
    for (int length : new int[] {700, border, border + 512}) {
      Files.write(tar, Arrays.copyOf(whole, length));
      assertRefused(
          1,
          tar
              + ": expected a tar file ending in two blocks of zeros but found "
              + length
              + " bytes that do not (truncated?)");
    }
    byte[] renamed = whole.clone();
    renamed[0] ^= 1;
    Files.write(tar, renamed);
    assertRefused(1, tar + ": rample000000000.", "expected a header with a correct checksum");
    byte[] endless = whole.clone();
    Arrays.fill(endless, 124, 135, (byte) '7'); // the length of the first member
    Files.write(tar, endless);
    assertRefused(1, tar.toString());
    Files.writeString(tar, "text");
    assertRefused(1, tar + ": expected a tar file but found a text");
    Path shard = Fixtures.file("mindeye2/README.md");
    assertThatThrownBy(() -> MindEye2Shard.read(shard, MindEye2Shard.Member.BEHAV))
        .isInstanceOf(MalformedFileException.class);
  }
}
