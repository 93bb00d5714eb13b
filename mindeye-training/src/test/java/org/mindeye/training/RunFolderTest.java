// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.training.TrainingResult.End;

/** A run's folder as the program that trains sees it, and what others find in it. */
class RunFolderTest {
  private static final TrainingConfig CONFIG = TinyRun.config();
  private static final Map<String, String> SOURCE = Map.of("data", "here");

  @TempDir private Path place;

  /** A run without checkpoints, from its beginning to its end. */
  private TrainingResult train(RunFolder folder) throws IOException {
    folder.requireUnused();
    try (FolderLock lock = folder.claim();
        MindEyeModel model = TinyRun.model()) {
      RunRecord record =
          RunRecord.of(model, Precision.FLOAT32, TinyRun.training(), TinyRun.validation());
      ModelConfig shape = ModelConfig.of(model);
      folder.begin(SOURCE, shape, record);
      TrainingResult result =
          new MindEyeTrainer(
                  CONFIG, new JsonLinesListener(folder.log()), CsvListener.epochs(folder.table()))
              .train(model, TinyRun.training(), TinyRun.validation());
      assertThat(folder.isComplete()).isFalse();
      MindEyeWeights.write(folder.weights(), model, new Provenance(CONFIG, shape, record));
      folder.end(result);
      return result;
    }
  }

  @Test
  void should_lead_to_what_a_run_left_at_its_end() throws IOException {
    RunFolder folder = RunFolder.at(place.resolve("run"));
    TrainingResult result = train(folder);
    assertThat(folder.isComplete()).isTrue();
    assertThat(folder.isSaved()).isFalse();
    assertThat(folder.source().root().get("data").asText()).isEqualTo("here");
    folder.record(RunRecord.class).requireSame("place", folder.record(RunRecord.class));

    TrainedRun run = TrainedRun.open(folder.folder());
    assertThat(run.hasCheckpoints()).isFalse();
    assertThat(run.steps()).isEmpty();
    assertThat(run.bestStep()).isEmpty();
    assertThat(run.nextBest(8)).isEmpty();
    assertThat(run.lastStep()).hasValue(16);
    assertThat(run.history()).isEqualTo(result.history());
    TrainedWeights end = run.end().orElseThrow();
    assertThat(end.place()).isEqualTo(folder.weights());
    assertThat(end.averages()).isFalse();
    assertThat(end.config(TrainingConfig.class)).isEqualTo(CONFIG);
    try (MindEyeModel model = run.last(w -> MindEyeWeights.of(w).load(false, Device.cpu()))) {
      assertThat(model.space()).isEqualTo(TinyRun.SPACE);
    }
    assertThatThrownBy(() -> run.best(TrainedWeights::step))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            folder + ": there are no checkpoints but the weights of the last epoch; use those");
    assertThatThrownBy(() -> run.place(3)).hasMessage(folder + ": there are no checkpoints");
    assertThatThrownBy(() -> MindEyeWeights.open(folder.folder()))
        .hasMessage(folder + ": the folder of a run; give its weights, " + folder.weights());
  }

  /** Weights that say nothing: early versions noted record and networks in the run alone. */
  @Test
  void should_know_from_the_run_what_its_weights_do_not_note() throws IOException {
    RunFolder folder = RunFolder.at(place.resolve("run"));
    train(folder);
    try (MindEyeModel model = TinyRun.model()) {
      WeightFiles.write(folder.weights(), model.backbone(), Map.of());
    }
    TrainedWeights end = TrainedRun.open(folder.folder()).end().orElseThrow();
    MindEyeWeights weights = MindEyeWeights.of(end);
    assertThat(weights.record()).hasValue(folder.record(RunRecord.class));
    assertThat(weights.model().orElseThrow().backbone()).isEqualTo(TinyRun.backboneConfig(32));
    assertThat(weights.config()).isEmpty();
    assertThatThrownBy(() -> end.config(TrainingConfig.class))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a note of the recipe but found none");
  }

  @Test
  void should_forget_its_end_when_it_continues() throws IOException {
    RunFolder folder = RunFolder.at(place.resolve("run"));
    train(folder);
    folder.resume(Map.of("data", "there"), ModelConfig.class, RunRecord.class);
    assertThat(folder.source().root().get("data").asText()).isEqualTo("there");
    assertThat(folder.isComplete()).isFalse();
    assertThatThrownBy(() -> TrainedRun.open(folder.folder()).lastStep())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("none: it has not ended");
    folder.end(new TrainingResult(List.of(), 16, End.EARLY));
    assertThat(folder.isComplete()).as("rows").isFalse();
  }

  private record Foreign(String library) {}

  @Test
  void should_keep_the_note_of_another_recipe_as_that_wrote_it() throws IOException {
    RunFolder folder = RunFolder.at(place);
    String kept = "{\"library\":\"one\"}"; // the published recipe has moved a key of this name
    Files.writeString(
        folder.description(),
        "{\"schema\":1,\"run\":{},\"model\":" + kept + ",\"record\":" + kept + "}");

    folder.resume(Map.of("data", "there"), Foreign.class, Foreign.class);
    folder.end(new TrainingResult(List.of(), 16, End.EARLY));

    assertThat(folder.record(Foreign.class)).isEqualTo(new Foreign("one"));
    assertThat(folder.note().document("model.json", Foreign.class)).contains(new Foreign("one"));
    assertThat(folder.source().schema()).isEqualTo(3);
    assertThat(folder.note().steps()).hasValue(16);
  }

  @Test
  void should_name_every_key_of_its_description() throws IOException {
    RunFolder folder = RunFolder.at(place);
    String whole =
        "{\"schema\":3,\"run\":{},\"model\":{},\"record\":{},"
            + "\"result\":{\"end\":\"EARLY\",\"epochs\":3,\"steps\":12}}";
    Files.writeString(folder.description(), whole);
    assertThat(folder.note().steps()).hasValue(12);
    for (Broken broken : BrokenDocuments.of(whole, "schema")) {
      if (broken.key().equals("result")
          || broken.key().matches("(run|model|record)\\." + BrokenDocuments.SURPRISE)) {
        continue; // a run that has not ended has none, and the others are the program's
      }
      Files.writeString(folder.description(), broken.json());
      for (ThrowingCallable read :
          List.<ThrowingCallable>of(
              folder::source, folder::isComplete, () -> folder.record(RunRecord.class))) {
        assertThatThrownBy(read)
            .as(broken.toString())
            .isInstanceOf(MalformedFileException.class)
            .hasMessageStartingWith(folder.description() + ": ")
            .hasMessageContaining(broken.key());
      }
    }
  }

  @Test
  void should_refuse_a_folder_in_use() throws IOException {
    RunFolder folder = RunFolder.at(place.resolve("run"));
    train(folder);
    assertThatThrownBy(folder::requireUnused)
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(folder + ": there is a run already; resume it, or choose another folder");
    assertThatThrownBy(folder::claim)
        .hasMessageContaining("another run has taken the folder meanwhile");
    Files.createDirectories(place.resolve("full/of"));
    assertThatThrownBy(RunFolder.at(place.resolve("full"))::requireUnused)
        .hasMessageContaining("the folder is not empty");
    assertThatThrownBy(RunFolder.at(Files.createFile(place.resolve("file")))::requireUnused)
        .hasMessageContaining("a file is in the way");
  }

  @Test
  void should_say_what_is_there_instead_of_a_run() throws IOException {
    RunFolder none = RunFolder.at(place.resolve("none"));
    assertThatThrownBy(none::source)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(none + ": no such folder");
    RunFolder empty = RunFolder.at(place);
    assertThatThrownBy(empty::source)
        .hasMessage(empty.description() + ": no run was started in this folder");
    Files.createFile(empty.description());
    assertThatThrownBy(empty::source)
        .hasMessageContaining("the run was killed before it noted what it is");
    assertThatThrownBy(() -> TrainedRun.open(place))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(empty.checkpoints() + ": the run has not been saved yet");
    Files.writeString(empty.description(), "[1]");
    assertThatThrownBy(empty::source).hasMessageContaining("expected a JSON object");
    Files.writeString(empty.description(), "{");
    assertThatThrownBy(empty::source).hasMessageContaining("expected a JSON object");
    Files.writeString(empty.description(), "{\"record\": {}}");
    assertThatThrownBy(empty::source).hasMessageContaining("found missing [run, model]; ");
    Files.writeString(empty.description(), "{\"run\": {}, \"model\": {}, \"record\": {}}");
    assertThatThrownBy(() -> empty.record(RunRecord.class))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("run.json: record")
        .hasMessageContaining("missing [record.software, ");
  }

  @Test
  void should_name_the_line_of_a_log_that_is_none() throws IOException {
    Path log = Files.writeString(place.resolve("log"), "{\"kind\": \"step\"}\nhello\n");
    assertThatThrownBy(() -> JsonLinesListener.epochs(log))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(log + ": line 2: expected a line of a training log");
  }
}
