package org.mindeye.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.MindEyeException;
import org.mindeye.examples.CommandRun;
import org.mindeye.examples.console.Console;

/** Two runs and one folder. */
class TrainFolderTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static RunSource source;

  @BeforeAll
  static void trainOnce() throws IOException {
    Path out = place.resolve("out");
    CommandRun run = CommandRun.of(TinyWorld.in(place).train(out, "--no-prior", "--no-augment"));
    assertThat(run.code()).isZero();
    source = new RunFolder(out).source();
  }

  private static TrainingRun run(RunSource from, Path out) {
    return new TrainingRun(from, new RunFolder(out), Device.cpu(), new Console(System.err, false));
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
