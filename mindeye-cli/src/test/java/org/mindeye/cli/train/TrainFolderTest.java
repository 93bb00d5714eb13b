// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.RunFolder;

/** Two runs and one folder. */
class TrainFolderTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static RunSource source;

  @BeforeAll
  static void trainOnce() throws IOException {
    Path out = place.resolve("out");
    world = TinyWorld.in(place);
    CommandRun run = CommandRun.of(world.train(out, "--no-prior", "--no-augment"));
    assertThat(run.code()).isZero();
    source = RunSource.of(RunFolder.at(out));
  }

  private static final Console CONSOLE = new Console(System.err, false);

  private static TrainingRun run(RunSource from, Path out) {
    return new TrainingRun(
        new MindEyeRecipe(from, Device.cpu(), CONSOLE), RunFolder.at(out), CONSOLE);
  }

  @Test
  void should_leave_alone_what_another_run_has_taken_meanwhile() throws IOException {
    Path theirs = Files.writeString(folder.resolve("run.json"), "theirs");

    assertThatThrownBy(() -> run(source, folder).start())
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(folder + ": another run has taken the folder meanwhile");
    assertThat(theirs).hasContent("theirs");
  }

  @Test
  void should_leave_alone_what_another_run_has_written_when_it_fails_itself() throws IOException {
    Path theirs = Files.writeString(folder.resolve("run.json"), "theirs");
    RunSource broken = source.movedTo(null, source.data(), null);

    assertThatThrownBy(() -> run(broken, folder).start()).isInstanceOf(Exception.class);
    assertThat(theirs).hasContent("theirs");
  }

  /** All that can be there before the description is; an empty one was left by older versions. */
  @Test
  void should_begin_where_a_run_was_killed_before_it_said_what_it_is() throws IOException {
    String id = UUID.randomUUID().toString();
    Files.writeString(folder.resolve(".lock"), "123\n");
    Files.writeString(folder.resolve(".run.json." + id + ".tmp"), "{\"run\": {");
    Files.createFile(folder.resolve("run.json"));

    assertThat(CommandRun.of("train", "--resume", folder).err().lines())
        .containsExactly(
            "mindeye train: "
                + folder.resolve("run.json")
                + ": the run was killed before it noted what it is, and has trained nothing; start"
                + " it again with --out "
                + folder);
    CommandRun again = CommandRun.of(world.train(folder, "--no-prior", "--no-augment"));
    assertThat(again.err()).isEmpty();
    assertThat(folder.resolve("model.safetensors"))
        .hasSameBinaryContentAs(place.resolve("out/model.safetensors"));
    assertThat(folder.resolve(".run.json." + id + ".tmp")).doesNotExist();
  }

  @Test
  void should_sweep_what_a_killed_run_left_half_written() throws IOException {
    Path out = folder.resolve("out");
    assertThat(CommandRun.of(world.train(out, "--no-prior", "--no-augment")).code()).isZero();
    String end = "." + UUID.randomUUID() + ".tmp";
    Path weights = Files.writeString(out.resolve(".model.safetensors" + end), "half");
    Path description = Files.writeString(out.resolve(".run.json" + end), "half");

    try (StagedFile report = StagedFile.create(out.resolve("report.json"))) {
      report.output().write(1); // an evaluation of the run is under way

      assertThat(CommandRun.of("train", "--resume", out).err()).isEmpty();

      assertThat(weights).doesNotExist();
      assertThat(description).doesNotExist();
      report.publish();
    }
  }

  @Test
  void should_keep_a_second_run_out_of_the_folder() throws IOException {
    try (FolderLock lock = RunFolder.at(folder).claim()) {
      assertThatThrownBy(() -> run(source, folder).start())
          .isInstanceOf(FileSystemException.class)
          .hasMessage(
              folder.resolve(".lock") + ": this process trains here already; close that one first");
      assertThatThrownBy(() -> run(source, folder).resume())
          .hasMessageContaining("this process trains here already");
    }
    assertThat(folder).isDirectoryNotContaining("glob:**/run.json");
  }

  @Test
  void should_leave_nothing_of_a_run_that_failed_before_its_first_step() {
    RunSource broken = source.movedTo(null, source.data(), null);
    Path fresh = folder.resolve("fresh");

    assertThatThrownBy(() -> run(broken, folder).start()).isInstanceOf(Exception.class);
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> run(broken, fresh).start()).isInstanceOf(Exception.class);
    assertThat(fresh).doesNotExist();
  }

  @Test
  void should_refuse_other_data_when_it_starts_again() throws IOException {
    Path out = folder.resolve("copy");
    Files.createDirectories(out);
    String description = Files.readString(place.resolve("out/run.json"));
    Files.writeString(
        out.resolve("run.json"), description.replaceFirst("\"samples\" : 48", "\"samples\" : 47"));

    assertThatThrownBy(() -> run(source, out).startAgain())
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "the run began with other data or targets: {data.training.samples=47 there, 48");
    assertThat(out.resolve("log.jsonl")).doesNotExist();
  }
}
