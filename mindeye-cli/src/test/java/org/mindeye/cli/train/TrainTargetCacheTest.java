// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.data.Split;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TargetCache;
import org.mindeye.training.TrainedRun;

/** Runs that keep their targets in a folder: encoded once, whichever run needs them. */
class TrainTargetCacheTest {
  private static final int ALL = TinyWorld.TRAINING + TinyWorld.VALIDATION;

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;

  @BeforeAll
  static void world() throws IOException {
    world = TinyWorld.in(place);
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private CommandRun train(String out, String... more) {
    String[] all = java.util.Arrays.copyOf(more, more.length + 2);
    all[more.length] = "--no-augment";
    all[more.length + 1] = "--target-cache=" + cache();
    return CommandRun.of(world.train(folder.resolve(out), all));
  }

  @Test
  void should_encode_for_the_first_run_alone() throws IOException {
    CommandRun plain =
        CommandRun.of(world.train(folder.resolve("plain"), "--no-augment", "--no-prior"));
    assertThat(plain.code()).isZero();
    assertThat(train("dry", "--no-prior", "--steps=1").code()).isZero();
    assertThat(TargetCache.open(cache()).size()).as("of a dry run").isEqualTo(32);
    assertThat(train("one", "--no-prior").err()).isEmpty();
    assertThat(TargetCache.open(cache()).size()).isEqualTo(ALL);
    byte[] before = Files.readAllBytes(cache().resolve("tokens.f16"));
    assertThat(train("two", "--no-prior").err()).isEmpty();

    assertThat(cache().resolve("tokens.f16")).hasBinaryContent(before);
    assertThat(folder.resolve("two/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("one/model.safetensors"));
    double exact = score("plain");
    assertThat(score("one")).isNotEqualTo(exact).isCloseTo(exact, within(2e-3));
    assertThat(Files.readString(folder.resolve("one/run.json")))
        .contains("\"targetCache\" : \"" + cache() + "\"", "encoded once, kept in float16");
  }

  private double score(String out) throws IOException {
    return TrainedRun.open(folder.resolve(out)).history().get(2).validation().value("cosine");
  }

  @Test
  void should_keep_those_of_validation_where_training_images_are_augmented() throws IOException {
    CommandRun run =
        CommandRun.of(
            world.train(folder.resolve("run"), "--no-prior", "--target-cache=" + cache()));
    assertThat(run.err()).isEmpty();
    assertThat(TargetCache.open(cache()).size()).isEqualTo(TinyWorld.VALIDATION);
  }

  @Test
  void should_say_what_is_encoded() throws IOException {
    RunSource source = RunSource.of(trained());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(text, true, UTF_8), false);
    RunData.read(source, ai.djl.Device.cpu(), false, Integer.MAX_VALUE, RunData.Inputs.ANY, console)
        .close();
    assertThat(text.toString(UTF_8))
        .contains("all pictures are in " + cache() + " as 5x8 CLIP tokens")
        .doesNotContain("encoding");
  }

  private RunFolder trained() {
    assertThat(train("run", "--no-prior").code()).isZero();
    return RunFolder.at(folder.resolve("run"));
  }

  @Test
  void should_resume_with_the_cache_where_it_is_now() throws IOException {
    trained();
    Path moved = folder.resolve("moved");
    Files.move(cache(), moved);
    CommandRun resumed =
        CommandRun.of("train", "--resume=" + folder.resolve("run"), "--target-cache=" + moved);
    assertThat(resumed.err()).isEmpty();
    assertThat(RunSource.of(RunFolder.at(folder.resolve("run"))).config().targetCache())
        .isEqualTo(moved.toString());
    assertThat(cache()).doesNotExist();
  }

  @Test
  void should_refuse_a_cache_for_a_run_that_began_without() {
    Path plain = folder.resolve("plain");
    assertThat(CommandRun.of(world.train(plain, "--no-augment", "--no-prior")).code()).isZero();
    CommandRun resumed = CommandRun.of("train", "--resume=" + plain, "--target-cache=" + cache());
    assertThat(resumed.code()).isEqualTo(2);
    assertThat(resumed.err())
        .contains(
            "--target-cache: the run in "
                + plain
                + " began with targets in memory, which are not rounded to float16; leave it out");
    assertThat(cache()).doesNotExist();
  }

  @Test
  void should_refuse_targets_of_another_tower() throws IOException {
    trained();
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));
    CommandRun run = train("second", "--no-prior", "--clip=" + other);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(cache() + ": expected targets as they are needed but it keeps others")
        .contains("encoder.weights=");
    assertThat(folder.resolve("second")).doesNotExist();
  }

  @Test
  void should_refuse_what_is_no_cache_before_data_are_read() throws IOException {
    String data = "--data=" + world.cut(Split.VALIDATION, folder.resolve("cut"));
    assertThat(train("run", "--no-prior", data).err()).contains("val_subj99_0.tar");
    assertThat(cache()).doesNotExist();
    Files.writeString(cache(), "mine");
    assertThat(train("run", "--no-prior", data).err().lines())
        .containsExactly(
            "mindeye train: "
                + cache()
                + ": is a file, and a target cache is a folder; give another one");
    Files.move(cache(), folder.resolve("notes.txt"));
    Files.createDirectory(cache());
    Files.move(folder.resolve("notes.txt"), cache().resolve("notes.txt"));
    assertThat(train("run", "--no-prior", data).err())
        .hasLineCount(1)
        .contains("cache: holds other things, for example notes.txt, and no target cache");
  }

  @Test
  void should_take_the_folder_from_a_file() throws IOException {
    Path yaml = folder.resolve("run.yaml");
    Files.write(yaml, List.of("targetCache: " + cache(), "augment: false"));
    CommandRun run =
        CommandRun.of(world.train(folder.resolve("run"), "--no-prior", "--config=" + yaml));
    assertThat(run.err()).isEmpty();
    assertThat(TargetCache.open(cache()).size()).isEqualTo(ALL);
  }
}
