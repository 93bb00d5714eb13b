// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.CheckpointReader;
import org.mindeye.training.checkpoint.CheckpointStore;

/** What a run has saved, seen by those who read it and by the run that goes on. */
class TrainedRunTest {
  /** Four epochs of four steps. */
  private static final TrainingConfig CONFIG = TinyRun.config();

  @TempDir private static Path place;
  @TempDir private Path folder;

  /** Stopped in its last epoch, with all checkpoints: 4, 8, 12 and 13. */
  private static Path original;

  private Path run;

  @BeforeAll
  static void train() {
    original = place.resolve("original");
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(CONFIG, recorder)
          .withCheckpoints(CheckpointPolicy.in(original).keeping(9))
          .stoppingWhen(() -> recorder.steps.size() == 13)
          .train(model, TinyRun.training(), TinyRun.validation());
    }
  }

  private TrainedRun copied() throws IOException {
    run = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(original.relativize(file).toString()));
      }
    }
    return TrainedRun.open(run);
  }

  private Path checkpoint(long step) {
    return run.resolve(String.format(Locale.ROOT, "step-%09d", step));
  }

  private void damage(long step) throws IOException {
    Path file = checkpoint(step).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private RunStart resumed() {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(CONFIG, recorder)
          .withCheckpoints(CheckpointPolicy.in(run).keeping(9))
          .resume(model, TinyRun.training(), TinyRun.validation());
    }
    return recorder.plan.start();
  }

  private static long best() throws IOException {
    return TrainedRun.open(original).bestStep().orElseThrow();
  }

  @Test
  void should_say_where_a_resumed_run_continues() throws IOException {
    copied();
    RunStart start = resumed();

    assertThat(start.step()).isEqualTo(13);
    assertThat(start.checkpoint()).isEqualTo(checkpoint(13));
    assertThat(start.history()).hasSize(3).isEqualTo(TrainedRun.open(original).history());
    assertThat(start.notes()).isEmpty();
  }

  @Test
  void should_say_which_checkpoints_a_resumed_run_skips_and_why() throws IOException {
    copied();
    damage(13);
    RunStart start = resumed();

    assertThat(start.step()).isEqualTo(12);
    assertThat(start.notes())
        .singleElement()
        .asString()
        .startsWith("skipped: " + checkpoint(13).resolve("model.safetensors"))
        .contains("its content has changed");
  }

  @Test
  void should_rebuild_a_lost_or_damaged_mark_from_the_history() throws IOException {
    TrainedRun saved = copied();
    Files.writeString(run.resolve("best"), "gibberish");
    assertThat(saved.bestStep()).hasValue(best());
    assertThat(run.resolve("best")).as("only read").hasContent("gibberish");
    assertThat(resumed().notes())
        .singleElement()
        .asString()
        .startsWith("the history said which epoch was the best: " + run.resolve("best"));

    Folders.delete(run);
    saved = copied();
    Files.delete(run.resolve("best"));
    assertThat(saved.bestStep()).hasValue(best());
    assertThat(resumed().notes())
        .containsExactly("nothing said which epoch was the best; the history did");
    assertThat(CheckpointReader.open(run).marked("best")).isPresent();
  }

  @Test
  void should_say_that_the_best_epoch_is_damaged_or_gone() throws IOException {
    copied();
    damage(best());
    assertThat(resumed().notes())
        .singleElement()
        .asString()
        .startsWith("the checkpoint of the best epoch so far, " + best() / 4 + ", is damaged: ");

    Folders.delete(run);
    TrainedRun saved = copied();
    Files.delete(checkpoint(best()).resolve("manifest.json"));
    assertThatThrownBy(() -> saved.best(TrainedWeights::step))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(run + ": the checkpoint of the best epoch is gone; choose one of");
    assertThat(resumed().notes())
        .containsExactly(
            "the checkpoint of the best epoch so far, " + best() / 4 + ", is gone or damaged");
  }

  @Test
  void should_offer_the_next_best_intact_checkpoint() throws IOException {
    TrainedRun saved = copied();
    damage(best());
    assertThatThrownBy(() -> saved.best(TrainedWeights::step))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("its content has changed");

    List<EpochReport> others = new ArrayList<>(saved.history());
    others.remove((int) (best() / 4 - 1));
    boolean firstIsBetter =
        CONFIG.validation().rule().better(others.get(0).validation(), others.get(1).validation());
    EpochReport better = others.get(firstIsBetter ? 0 : 1);
    EpochReport worse = others.get(firstIsBetter ? 1 : 0);
    assertThat(saved.nextBest(best()).orElseThrow().epoch()).isEqualTo(better);
    damage(4L * (better.epoch() + 1));
    assertThat(saved.nextBest(best()).orElseThrow().epoch()).isEqualTo(worse);
    damage(4L * (worse.epoch() + 1));
    assertThat(saved.nextBest(best())).isEmpty();
  }

  /** What a running training does when it has found a better epoch. */
  @Test
  void should_read_the_new_best_when_the_old_one_is_deleted_meanwhile() throws IOException {
    TrainedRun saved = copied();
    List<Long> opened = new ArrayList<>();
    long better = best() == 12 ? 8 : 12;

    long read =
        saved.best(
            checkpoint -> {
              opened.add(checkpoint.step());
              if (opened.size() == 1) {
                Files.writeString(run.resolve("best"), better + "\n");
                Folders.delete(checkpoint.place());
              }
              Files.readAllBytes(checkpoint.place().resolve("model.safetensors"));
              return checkpoint.step();
            });

    assertThat(read).isEqualTo(better);
    assertThat(opened).containsExactly(best(), better);
  }

  @Test
  void should_say_when_the_checkpoint_asked_for_is_deleted_meanwhile() throws IOException {
    TrainedRun saved = copied();

    assertThatThrownBy(
            () ->
                saved.at(
                    4,
                    checkpoint -> {
                      Folders.delete(checkpoint.place());
                      return Files.readAllBytes(checkpoint.place().resolve("model.safetensors"));
                    }))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            run
                + ": the checkpoint of step 4 was deleted while it was read, as a running training"
                + " does with old ones; choose one of the steps [8, 12, 13]")
        .hasCauseInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> saved.at(5, TrainedWeights::step))
        .hasMessage(run + ": no checkpoint of step 5 but [8, 12, 13]");
  }

  @Test
  void should_read_beside_a_writer_and_change_nothing() throws IOException {
    TrainedRun saved = copied();
    try (CheckpointStore store = CheckpointStore.open(run)) {
      List<String> before = listing();

      long step = saved.best(TrainedWeights::step);
      assertThat(step).isEqualTo(best());
      int samples =
          saved.at(
              13,
              weights -> MindEyeWeights.of(weights).record().orElseThrow().training().samples());
      assertThat(samples).isEqualTo(64);
      assertThat(saved.<Long>last(TrainedWeights::step)).isEqualTo(13);

      assertThat(listing()).isEqualTo(before);
      assertThat(store.steps()).containsExactly(4L, 8L, 12L, 13L);
    }
  }

  private List<String> listing() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted().toList()) {
        all.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
      }
    }
    return all;
  }

  @Test
  void should_open_the_folder_of_the_run_too() throws IOException {
    copied();
    Path whole = folder.resolve("whole");
    RunFolder layout = RunFolder.at(whole);
    Files.createDirectories(whole);
    Files.move(run, layout.checkpoints());

    TrainedRun opened = TrainedRun.open(whole);
    assertThat(opened.steps()).containsExactly(4L, 8L, 12L, 13L);
    assertThat(opened.bestStep()).hasValue(best());
    assertThat(opened.lastStep()).hasValue(13);
    assertThat(opened.end()).isEmpty();
    assertThat(opened.place(4)).isDirectory();
    assertThat(MindEyeWeights.of(opened.latest().orElseThrow()).config()).hasValue(CONFIG);
    assertThatThrownBy(() -> MindEyeWeights.open(whole))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            whole
                + ": the folder of a run; give the folder of a checkpoint, for example "
                + opened.place(13));
  }

  @Test
  void should_open_one_checkpoint_of_any_name() throws IOException {
    copied();
    Path renamed = Files.move(checkpoint(8), folder.resolve("kept"));
    TrainedRun one = TrainedRun.open(renamed);

    assertThat(one.steps()).containsExactly(8L);
    assertThat(one.lastStep()).hasValue(8);
    assertThat(one.history()).hasSize(2);
    assertThat(one.<Long>last(TrainedWeights::step)).isEqualTo(8);
    assertThat(one.at(8, TrainedWeights::place)).isEqualTo(renamed);
    assertThat(one.bestStep().isPresent()).isEqualTo(one.history().get(1).best());
    assertThatThrownBy(() -> one.at(9, TrainedWeights::step))
        .hasMessage(renamed + ": no checkpoint of step 9 but [8]");
    assertThat(TrainedRun.isRun(renamed)).isTrue();
    assertThat(TrainedRun.isRun(run)).isTrue();
    assertThat(TrainedRun.isRun(folder.resolve("absent"))).isFalse();
    assertThat(TrainedRun.isRun(Files.createDirectory(folder.resolve("empty")))).isFalse();
  }

  @Test
  void should_need_a_folder_and_an_epoch() throws IOException {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> TrainedRun.open(absent))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(absent + ": no such folder of checkpoints");
    TrainedRun empty = TrainedRun.open(folder);
    assertThatThrownBy(() -> empty.best(TrainedWeights::step))
        .hasMessage(
            folder + ": no epoch is done yet, so there is no best one; choose one of the steps []");
  }
}
