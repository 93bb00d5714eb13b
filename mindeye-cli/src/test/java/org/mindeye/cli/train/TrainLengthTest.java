// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.training.RunFolder;

/** Runs of one epoch, longer runs than planned, and none at all. */
class TrainLengthTest {
  /** What can be extended: nothing in it depends on the length. */
  private static final String[] LEVEL = {
    "--no-prior", "--no-augment", "--lr-schedule=constant", "--mixed-share=1"
  };

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;

  private Path out;

  @BeforeAll
  static void simulate() throws IOException {
    world = TinyWorld.in(place);
  }

  /** The source of a run of a world's. */
  static RunSource source(TinyWorld world, Path folder) throws IOException {
    Path run = folder.resolve("source");
    assertThat(CommandRun.of(world.train(run, "--no-augment", "--epochs=1")).code()).isZero();
    return RunSource.of(RunFolder.at(run));
  }

  private CommandRun train(String... more) {
    return CommandRun.of(world.train(out, more));
  }

  private static CommandRun extend(Path run, int epochs) {
    return CommandRun.of("train", "--resume", run, "--epochs=" + epochs);
  }

  @Test
  void should_train_one_epoch_with_a_shorter_rise() throws IOException {
    out = folder.resolve("one");
    CommandRun run = train("--epochs=1", "--no-prior", "--no-augment");

    assertThat(run.err()).isEmpty();
    RunSource source = RunSource.of(RunFolder.at(out));
    assertThat(source.config().train().optimizer().learningRate().warmupEpochs()).isEqualTo(0.3);
    assertThat(CommandRun.of("train", "--print-config", "--epochs=2").out())
        .contains("warmupEpochs: 0.6");
    assertThat(CommandRun.of("train", "--print-config", "--epochs=3").out())
        .contains("warmupEpochs: 2.0");
    assertThat(CommandRun.of("train", "--print-config", "--epochs=1", "--warmup-epochs=1").err())
        .contains(
            "rises for 1.0, so more are needed but was 1; or let it rise for fewer: optimizer.learningRate.warmupE");
  }

  @Test
  void should_extend_a_finished_run_as_if_it_had_been_planned_that_way() throws IOException {
    out = folder.resolve("short");
    assertThat(train(LEVEL).code()).isZero();
    Path shorter = out;
    out = folder.resolve("long");
    String[] longer = java.util.Arrays.copyOf(LEVEL, LEVEL.length + 1);
    longer[LEVEL.length] = "--epochs=5";
    assertThat(train(longer).code()).isZero();

    CommandRun extended = extend(shorter, 5);

    assertThat(extended.err()).isEmpty();
    assertThat(shorter.resolve("model.safetensors"))
        .hasSameBinaryContentAs(out.resolve("model.safetensors"));
    assertThat(Files.readAllLines(shorter.resolve("epochs.csv")))
        .isEqualTo(Files.readAllLines(out.resolve("epochs.csv")));
    assertThat(RunSource.of(RunFolder.at(shorter)).config().train().epochs()).isEqualTo(5);
    assertThat(extend(shorter, 4).err())
        .hasLineCount(1)
        .contains("the run cannot end after 4 epochs, as it is in epoch 5 already");
  }

  @Test
  void should_say_why_a_run_cannot_be_extended() throws IOException {
    out = folder.resolve("cycle");
    assertThat(train("--no-prior", "--no-augment").code()).isZero();
    byte[] weights = Files.readAllBytes(out.resolve("model.safetensors"));
    Path gone = out.resolve("gone");
    Files.move(world.data(), gone); // it is said before the data are read
    Files.createDirectory(world.data());
    CommandRun refused = extend(out, 6);
    Files.delete(world.data());
    Files.move(gone, world.data());
    assertThat(refused.err())
        .hasLineCount(1)
        .contains(
            "a run of 3 epochs cannot become one of 6: its learning rate (ONE_CYCLE) is planned for"
                + " the whole length, and was ")
        .contains(
            "; start another run from this one's weights, or plan runs to be extended with a"
                + " constant learning rate (--lr-schedule constant) and one loss and temperature for all"
                + " epochs (--mixed-share 1)");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(out.resolve("model.safetensors")).hasBinaryContent(weights);
    assertThat(CommandRun.of("train", "--resume", out).err()).isEmpty();

    out = folder.resolve("rising");
    String[] soft = LEVEL.clone();
    soft[3] = "--mixed-share=0";
    assertThat(train(soft).code()).isZero();
    assertThat(extend(out, 6).err()).contains("SoftCLIP's temperature rises over the whole length");
    out = folder.resolve("mixed");
    soft[3] = "--mixed-share=0.4";
    assertThat(train(soft).code()).isZero();
    assertThat(extend(out, 6).err())
        .contains("voxels are mixed in the first 1 epoch of the one and 2 of the other");
  }

  @Test
  void should_rehearse_a_run_and_leave_nothing() throws IOException {
    out = folder.resolve("dry");
    CommandRun run = train("--steps=2", "--epochs=60");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(out).doesNotExist();
    assertThat(train("--steps=2", "--no-augment", "--no-prior").code()).isZero();
    assertThat(train("--steps=0").code()).isEqualTo(2);
    assertThat(train("--steps=2", "--mean-squared-weight=1e300").code()).isEqualTo(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void should_format_durations_for_people() {
    assertThat(DryRun.time(13.96)).isEqualTo("14.0 hours");
    assertThat(DryRun.time(0.105)).isEqualTo("6.3 minutes");
    assertThat(DryRun.time(0.001)).isEqualTo("3.6 seconds");
  }
}
