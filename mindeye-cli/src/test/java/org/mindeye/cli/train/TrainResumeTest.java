// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;

/**
 * A run that was asked to end, and continues later. Windows cannot tell a process to end nicely.
 */
@DisabledOnOs(OS.WINDOWS)
class TrainResumeTest {
  private static final String[] LONG = {
    "--epochs=150", "--no-prior", "--checkpoint-every-epochs=1000"
  };

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path stopped;
  private static ChildRun child;
  private static int code;

  @BeforeAll
  @Timeout(120)
  static void stop() throws IOException, InterruptedException {
    world = TinyWorld.in(place);
    stopped = place.resolve("stopped");
    child = ChildRun.start(place.resolve("err.txt"), world.train(stopped, LONG));
    child.await();
    code = child.terminate();
  }

  /** A copy to resume. */
  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(stopped)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(stopped.relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void should_end_cleanly_on_request() throws IOException {
    assertThat(code).as("128 + SIGTERM").isEqualTo(143);
    List<String> lines = child.err().lines().toList();
    assertThat(lines)
        .anyMatch(line -> line.endsWith("stopping: finishing the step and saving"))
        .last()
        .asString()
        .containsPattern("stopped after step \\d+; continue with `mindeye train --resume ")
        .endsWith("`mindeye train --resume " + stopped + "`");
    assertThat(stopped.resolve("model.safetensors")).doesNotExist();
    assertThat(stopped.resolve("checkpoints")).isNotEmptyDirectory();
  }

  @Test
  void should_go_on_as_if_it_had_never_stopped() throws IOException {
    Path whole = folder.resolve("whole");
    assertThat(CommandRun.of(world.train(whole, LONG)).code()).isZero();
    Path resumed = copy();

    CommandRun run = CommandRun.of("train", "--resume", resumed);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(resumed.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    assertThat(new ObjectMapper().readTree(resumed.resolve("run.json").toFile()).get("result"))
        .hasToString("{\"end\":\"COMPLETE\",\"epochs\":150,\"steps\":450}");
    // A finished run stays what it is, and needs none of its files to say so.
    Path description = resumed.resolve("run.json");
    Files.writeString(
        description, Files.readString(description).replace(world.data().toString(), "/gone"));
    assertThat(CommandRun.of("train", "--resume", resumed).code()).isZero();
    assertThat(resumed.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  @Test
  void should_go_on_with_files_that_were_moved() throws IOException {
    Path resumed = copy();
    Path moved = folder.resolve("moved");
    TinyWorld other = TinyWorld.in(moved);
    Path run = resumed.resolve("run.json");
    Files.writeString(
        run,
        Files.readString(run)
            .replace(world.data().toString(), "/gone")
            .replace(world.clip().toString(), "/gone.safetensors"));

    assertThat(CommandRun.of("train", "--resume", resumed).err().lines())
        .containsExactly("mindeye train: /gone: no such file or folder");
    assertThat(CommandRun.of("train", "--resume", resumed, "--data", other.data()).err().lines())
        .containsExactly("mindeye train: /gone.safetensors: no such file or folder");
    assertThat(
            CommandRun.of(
                    "train", "--resume", resumed, "--data", other.data(), "--clip", other.clip())
                .code())
        .isZero();
    // The run remembers where they are now.
    assertThat(CommandRun.of("evaluate-run", resumed).err()).isEmpty();
    Files.move(other.clip(), moved.resolve("again.safetensors"));
    assertThat(CommandRun.of("evaluate-run", resumed).code()).isEqualTo(1);
    assertThat(
            CommandRun.of("evaluate-run", resumed, "--clip", moved.resolve("again.safetensors"))
                .err())
        .isEmpty();
    assertThat(resumed.resolve("report.html")).exists();
  }

  @Test
  void should_refuse_other_data() throws IOException {
    Path resumed = copy();
    TinyWorld other = TinyWorld.in(folder.resolve("other"));
    Path validation = other.data().resolve("val/val_subj99_0.tar");
    Files.copy(
        other.data().resolve("test/test_subj99_0.tar"),
        validation,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.delete(other.data().resolve("metadata_subj99.json"));

    CommandRun run = CommandRun.of("train", "--resume", resumed, "--data", other.data());

    assertThat(run.err()).hasLineCount(1).contains("data.validation.sha256");
    assertThat(run.code()).isEqualTo(1);
    assertThat(resumed.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void should_refuse_another_encoder_and_name_both() throws IOException {
    Path resumed = copy();
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));

    CommandRun run = CommandRun.of("train", "--resume", resumed, "--clip", other);

    assertThat(run.err())
        .hasLineCount(1)
        .contains("targets.trainingEncoder.weights=", digest(world.clip()), digest(other));
    assertThat(run.code()).isEqualTo(1);
    deleteAll(resumed.resolve("checkpoints"));
    assertThat(CommandRun.of("train", "--resume", resumed, "--clip", other).err())
        .hasLineCount(1)
        .contains("run.json: the run began with other data or targets: {targets.")
        .contains(digest(world.clip()), digest(other));
    assertThat(resumed.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void should_refuse_before_it_makes_targets() throws IOException {
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));
    RunFolder begun = RunFolder.at(stopped);
    RunSource source = RunSource.of(begun).movedTo(null, other.toString(), null);
    var said = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(said, true, UTF_8), false);

    assertThatThrownBy(
            () ->
                RunData.read(source, Device.cpu(), true, 99, RunData.Inputs.of(begun), console)
                    .close())
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("the run began with other data or targets: {targets.");
    assertThat(said.toString(UTF_8)).contains("reading").doesNotContain("encoding");
  }

  @Test
  void should_keep_another_number_of_checkpoints_from_now_on() throws IOException {
    Path resumed = copy();

    assertThat(CommandRun.of("train", "--resume", resumed, "--keep", "0").err())
        .contains("keepNewest: expected at least 1 but was 0");
    assertThat(
            CommandRun.of("train", "--resume", resumed, "--keep=4", "--checkpoint-every-epochs=10")
                .code())
        .isZero();

    TrainedRun saved = TrainedRun.open(resumed.resolve("checkpoints"));
    assertThat(saved.steps()).contains(450L).hasSizeBetween(4, 5); // the newest, and the best
    assertThat(RunSource.of(RunFolder.at(resumed)).config().checkpoints())
        .isEqualTo(new SavingConfig(10, 0, 4));
  }

  private static String digest(Path clip) throws IOException {
    RunSource source = RunSource.of(RunFolder.at(stopped)).movedTo(null, clip.toString(), null);
    try (ClipImageEncoder encoder = RunData.encoder(source, Precision.FLOAT32, Device.cpu())) {
      return encoder.fingerprint().weights();
    }
  }

  @Test
  void should_refuse_to_resume_nothing() throws IOException {
    assertThat(CommandRun.of("train", "--resume", folder).err().lines())
        .containsExactly(
            "mindeye train: " + folder.resolve("run.json") + ": no run was started in this folder");
    Files.writeString(
        folder.resolve("run.json"), "{\"run\": {\"data\": \"x\"}, \"model\": {}, \"record\": {}}");
    assertThat(CommandRun.of("train", "--resume", folder).err())
        .contains("run.json: run: expected the fields [data, ", "missing [run.subject, run.clip, ");
    Files.writeString(folder.resolve("run.json"), "{}");
    assertThat(CommandRun.of("train", "--resume", folder).err().lines())
        .containsExactly(
            "mindeye train: "
                + folder.resolve("run.json")
                + ": expected the fields [run, model, record, result] but found missing [run,"
                + " model, record]; correct them, or read the document with the version of the"
                + " library that wrote it");
    assertThat(folder).isDirectoryContaining("glob:**/run.json");
  }

  @Test
  void should_start_again_if_it_was_never_saved() throws IOException {
    Path resumed = copy();
    deleteAll(resumed.resolve("checkpoints"));

    CommandRun run = CommandRun.of("train", "--resume", resumed);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(Files.readAllLines(resumed.resolve("log.jsonl"))).hasSize(1 + 450 + 150);
    assertThat(resumed.resolve("model.safetensors")).exists();
  }

  /** A folder with all that is in it. */
  static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
