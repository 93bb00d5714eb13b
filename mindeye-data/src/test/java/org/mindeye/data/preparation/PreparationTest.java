// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.MindEyeException;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.disk.WatchedDisk;

class PreparationTest {
  private static final int OWN = 9;
  private static final PreparationConfig SHARDS =
      PreparationConfig.DEFAULT.withWriter(new WriterConfig(4, ElementType.FLOAT32));
  private static final PreparationConfig TABLE = SHARDS.withForm(DataForm.TRIAL_TABLE);

  /** The forms that data can be written in. */
  private enum Written {
    AS_SHARDS(SHARDS),
    AS_TABLE(TABLE);

    private final PreparationConfig config;

    Written(PreparationConfig config) {
      this.config = config;
    }
  }

  @TempDir private Path folder;

  private Path out;

  @BeforeEach
  void make() throws IOException {
    // Such files are not forced to the disk, which takes long.
    out = WatchedDisk.watch(Files.createDirectory(folder.resolve("out")), change -> {});
  }

  static Stream<Arguments> all() {
    return Stream.of(SmallData.values())
        .flatMap(from -> Stream.of(Written.values()).map(to -> Arguments.of(from, to)));
  }

  private static Map<Split, List<Trial>> trials(SubjectSource data) throws IOException {
    Map<Split, List<Trial>> trials = new EnumMap<>(Split.class);
    for (Split split : data.splits()) {
      try (TrialSource source = data.trials(split)) {
        trials.put(split, source.readAll());
      }
    }
    return trials;
  }

  @ParameterizedTest
  @MethodSource("all")
  void should_write_what_the_data_hold(SmallData from, Written to) throws IOException {
    try (SubjectSource data = from.open(from.in(folder.resolve("from")))) {
      Preparation preparation = Preparation.into(data, out, to.config);
      Map<Split, Long> counts = preparation.run(PreparationListener.NONE);
      assertThat(preparation.unfinished()).doesNotExist();
      ProbeReport report = preparation.readBack();
      report.requireSound();
      assertThat(report.samples()).isEqualTo(counts);

      Map<Split, List<Trial>> expected = trials(data);
      try (SubjectSource written = Recognition.open(out, from.subject())) {
        assertThat(written.form()).isEqualTo(to.config.form());
        Map<Split, List<Trial>> found = trials(written);
        assertThat(found.keySet()).isEqualTo(expected.keySet()).isEqualTo(counts.keySet());
        found.forEach((split, own) -> assertSame(own, expected.get(split)));
      }
    }
  }

  private static void assertSame(List<Trial> found, List<Trial> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      Trial trial = found.get(i);
      Trial from = expected.get(i);
      assertThat(trial.cocoId()).isEqualTo(from.cocoId());
      assertThat(trial.distinctRepeats()).isEqualTo(from.distinctRepeats());
      assertThat(trial.image().toFloats()).isEqualTo(from.image().encoded().toFloats());
      for (int repeat = 0; repeat < trial.repeats(); repeat++) {
        int same = repeat < from.repeats() ? repeat : repeat % from.distinctRepeats();
        assertThat(trial.voxels(repeat)).isEqualTo(from.voxels(same));
      }
    }
  }

  @Test
  void should_keep_the_numbers_of_trials_and_the_ratios() throws IOException {
    try (SubjectSource data = SmallData.NSD.open(SmallData.NSD.in(folder.resolve("from")))) {
      Preparation.into(data, out, SHARDS).run(PreparationListener.NONE);

      assertThat(Npy.read(out.resolve("ncsnr_subj09.npy")).toFloats())
          .isEqualTo(data.signalToNoise().orElseThrow());
      try (TrialSource expected = data.trials(Split.TEST);
          SubjectSource written = Recognition.open(out, OWN);
          TrialSource found = written.trials(Split.TEST)) {
        assertThat(found.readAll())
            .extracting(Trial::trialIds)
            .containsExactlyElementsOf(expected.readAll().stream().map(Trial::trialIds).toList());
        assertThat(found.iterator().next().key()).isEqualTo("sample00000000000");
      }
    }
  }

  @Test
  void should_write_every_response_of_a_table_once() throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 5, 2);
    WriterConfig halves = new WriterConfig(2, ElementType.FLOAT16);
    try (SubjectSource data = Recognition.open(from, OWN)) {
      Preparation.into(data, out, TABLE.withWriter(halves)).run(PreparationListener.NONE);
    }
    assertThat(Files.readAllLines(out.resolve("trials.csv")))
        .hasSize(1 + 8 * 2)
        .startsWith(
            "image,split,row,picture,trial",
            "picture01000.png,train,0,1000,0",
            "picture01000.png,train,1,1000,1",
            "picture01001.png,train,2,1001,10")
        .endsWith("picture01007.png,test,15,1007,71");
    try (NpyFile rows = NpyFile.open(out.resolve("voxels.npy"))) {
      assertThat(rows.type()).isEqualTo(ElementType.FLOAT16);
      assertThat(rows.shape()).containsExactly(16, TestTrials.VOXELS);
      assertThat(rows.read(3, 4).toFloats()).isEqualTo(TestTrials.voxels(1, 2)[1]);
      assertThat(rows.map(0, 16).remaining()).isEqualTo(16 * TestTrials.VOXELS * 2);
    }
  }

  /** Ends the work as a failure would, before a sample is reported. */
  private static PreparationListener stoppingAt(long sample, List<Boolean> before) {
    return new PreparationListener() {
      @Override
      public void onSample(long done, long all, boolean there) {
        assertThat(all).isEqualTo(15);
        before.add(there);
        if (done == sample) {
          throw new IllegalStateException("stopped by the test");
        }
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void should_not_write_again_what_was_finished(Written to) throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 10, 4);
    Path whole = Files.createDirectory(folder.resolve("whole"));
    try (SubjectSource data = Recognition.open(from, OWN)) {
      Preparation.into(data, whole, to.config).run(PreparationListener.NONE);
      Preparation preparation = Preparation.into(data, out, to.config);
      // How many samples were there: a shard is lost only where it was not complete.
      Map<Long, Integer> stops = Map.of(3L, 0, 9L, 0, 10L, 8, 13L, 8, 15L, 11);
      List<Object> keys = new ArrayList<>();
      for (long stop : stops.keySet().stream().sorted().toList()) {
        List<Boolean> before = new ArrayList<>();
        assertThatThrownBy(() -> preparation.run(stoppingAt(stop, before)))
            .hasMessage("stopped by the test");
        assertThat(before).as("at " + stop).hasSize((int) stop);
        assertThat(before.stream().filter(Boolean::booleanValue)).hasSize(stops.get(stop));
        keys.addAll(first(preparation.unfinished()));
        assertThat(out.resolve("train")).doesNotExist();
        assertThat(out.resolve("trials.csv")).doesNotExist();
      }
      assertThat(keys.stream().distinct()).hasSize(1);
      List<Boolean> before = new ArrayList<>();
      assertThat(preparation.run(stoppingAt(-1, before)))
          .isEqualTo(Map.of(Split.TRAIN, 10L, Split.VALIDATION, 1L, Split.TEST, 4L));
      assertThat(before.subList(0, 11)).containsOnly(true);
      assertThat(before.subList(11, 15)).containsOnly(false);
    }
    assertThat(files(out)).isEqualTo(files(whole));
    for (String name : files(whole)) {
      assertThat(out.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  /** Which file the first piece is on the disk: written again, it would be another. */
  private static List<Object> first(Path work) throws IOException {
    List<Object> keys = new ArrayList<>();
    for (String name : List.of("train_subj09_0.tar", "rows_train_0.raw")) {
      if (Files.exists(work.resolve(name))) {
        keys.add(Files.getLastModifiedTime(work.resolve(name)));
      }
    }
    return keys;
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void should_read_sessions_once() throws IOException {
    Path from = SmallData.NSD.in(folder.resolve("from"));
    List<Boolean> before = new ArrayList<>();
    int[] stop = {2};
    PreparationListener listener =
        new PreparationListener() {
          @Override
          public void onSession(int session, int count, boolean there) {
            before.add(there);
            assertThat(count).isEqualTo(3);
            if (session == stop[0]) {
              throw new IllegalStateException("stopped by the test");
            }
          }
        };
    try (SubjectSource data = SmallData.NSD.open(from)) {
      Preparation preparation = Preparation.into(data, out, SHARDS);
      assertThatThrownBy(() -> preparation.run(listener)).hasMessage("stopped by the test");
      assertThat(files(preparation.unfinished()))
          .containsExactly(".lock", "made-from.txt", "session01.npy", "session02.npy");
      stop[0] = 0;
      assertThat(preparation.run(listener)).containsEntry(Split.TEST, 8L);
    }
    assertThat(before).containsExactly(false, false, true, true, false);
  }

  @ParameterizedTest
  @EnumSource
  void should_not_mix_two_selections(Written to) throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 10, 4);
    Preparation first = Preparation.into(Recognition.open(from, OWN), out, to.config);
    assertThatThrownBy(() -> first.run(stoppingAt(6, new ArrayList<>())));
    PreparationConfig other = to.config.withPictures(EncodedImage.Format.JPG);
    Path more = SmallData.webDataset(folder.resolve("more"), OWN, 11, 4);

    for (Preparation mixed :
        List.of(
            Preparation.into(Recognition.open(from, OWN), out, other),
            Preparation.into(Recognition.open(more, OWN), out, to.config))) {
      assertThatThrownBy(() -> mixed.run(PreparationListener.NONE))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(first.unfinished() + ": expected to continue with the selection")
          .hasMessageEndingWith("give the same, or delete the folder to start from nothing");
    }
  }

  @ParameterizedTest
  @EnumSource
  void should_never_replace_data(Written to) throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 2, 1);
    Preparation preparation = Preparation.into(Recognition.open(from, OWN), out, to.config);
    preparation.run(PreparationListener.NONE);

    assertThatThrownBy(() -> preparation.run(PreparationListener.NONE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("data are never replaced");
    assertThat(preparation.unfinished()).doesNotExist();
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(
            () ->
                Preparation.into(Recognition.open(from, OWN), nowhere, to.config)
                    .run(PreparationListener.NONE))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void should_store_small_pictures_and_leave_those_that_are() throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 2, 1);
    PreparationConfig small = TABLE.withPictures(EncodedImage.Format.JPG);
    Preparation.into(Recognition.open(from, OWN), out, small).run(PreparationListener.NONE);
    assertThat(out.resolve("images/picture01003.jpg")).exists();

    Path again = Files.createDirectory(folder.resolve("again"));
    Preparation.into(Recognition.open(out, OWN), again, TABLE).run(PreparationListener.NONE);
    assertThat(again.resolve("images/picture01003.jpg"))
        .hasSameBinaryContentAs(out.resolve("images/picture01003.jpg"));
  }

  @Test
  void should_say_what_a_form_does_not_hold() throws IOException {
    Path from = SmallData.TABLE.in(folder.resolve("from"));
    List<String> four = new ArrayList<>(List.of("image,split"));
    for (String name : List.of("a", "a", "a", "a", "b", "c", "d")) {
      four.add(name + ".png,train");
    }
    Files.write(from.resolve("trials.csv"), four);
    SubjectSource data = SmallData.TABLE.open(from);
    assertThatThrownBy(() -> Preparation.into(data, out, SHARDS).run(PreparationListener.NONE))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "expected at most 3 responses to a picture, as many as a sample of a web-dataset holds,"
                + " but found 4; a table of trials holds them all");
    assertThat(out).isEmptyDirectory();
    Preparation.into(data, out, TABLE).run(PreparationListener.NONE);
    assertThat(trials(Recognition.open(out, OWN)).get(Split.TRAIN).get(0).distinctRepeats())
        .isEqualTo(4);
    assertThatThrownBy(() -> SHARDS.withForm(DataForm.NSD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data are written as MindEye web-dataset or table of trials, not as Natural Scenes"
                + " Dataset");
  }
}
