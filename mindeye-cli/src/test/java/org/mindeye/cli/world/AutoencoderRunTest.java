// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.TrainingRun;
import org.mindeye.cli.weights.InspectedRun;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.evaluation.Estimate;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.lowlevel.AutoencoderTrainer;
import org.mindeye.training.lowlevel.AutoencoderTrainingConfig;

class AutoencoderRunTest {
  private static final WorldAutoencoder TINY =
      new WorldAutoencoder(
          new AutoencoderConfig(new ConvolutionStages(List.of(2, 2), 1, 1), 2, 1),
          AutoencoderTrainingConfig.standard(2).withBatchSize(2),
          new SceneSource.Scenes(4, 2, 3),
          "cpu",
          new SavingConfig(1, 1, 9));

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private TrainingRun run(Path out) {
    Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    return new TrainingRun(TINY.recipe(console, Device.cpu()), RunFolder.at(out), console);
  }

  @Test
  void should_leave_weights_that_note_their_scale_and_the_scores_of_these_very_weights()
      throws IOException {
    Path out = folder.resolve("run");
    run(out).start();

    InspectedRun.check(out, "autoencoder 2x: channels 2 2, 1 block, latents of 2 channels, ");
    Path file = RunFolder.at(out).weights();
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(weights.names())
          .allSatisfy(name -> assertThat(weights.info(name).type()).isEqualTo(ElementType.FLOAT16));
    }
    AutoencoderRecipe.Scores scores =
        Document.read(out.resolve("scores.json")).as(AutoencoderRecipe.Scores.class);
    try (AutoencoderKl network = AutoencoderKl.load(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(TINY.model().withScale(scores.scale()));
      Estimate psnr = SmallWorld.psnr(network, SceneSet.WORLD.pictures(Split.TEST, 3).images());
      assertThat(scores.psnr()).isCloseTo(psnr.mean(), within(1e-6));
      assertThat(scores.halfWidth()).isCloseTo(psnr.halfWidth(), within(1e-6));
    }
    try (AutoencoderKl end =
        AutoencoderTrainer.load(TrainedRun.open(out).end().orElseThrow(), Device.cpu())) {
      assertThat(end.config().scale()).isEqualTo(scores.scale());
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("dB on 3 test scenes")
        .contains("on test scenes in " + out.resolve("scores.json"));
    assertThat(RunFolder.at(out).source().as(WorldAutoencoder.class)).isEqualTo(TINY);
    SceneSource.Scenes scenes = TINY.scenes();
    assertThat(RunFolder.at(out).record(WorldRecord.class))
        .isEqualTo(
            new WorldRecord(
                ProcessRecord.of(Device.cpu()),
                fingerprint(Split.TRAIN, scenes.training()),
                fingerprint(Split.VALIDATION, scenes.validation()),
                fingerprint(Split.TEST, scenes.test())));
  }

  private static DataFingerprint fingerprint(Split split, int count) {
    return DataFingerprint.ofImages(SceneSet.WORLD.pictures(split, count).images());
  }

  @Test
  void should_go_on_to_the_same_file() throws IOException {
    Path whole = folder.resolve("whole");
    run(whole).start();
    byte[] expected = Files.readAllBytes(RunFolder.at(whole).weights());
    for (long step : TrainedRun.open(whole).steps()) {
      Path after = TrainedRun.open(whole).place(step);
      if (step > 1) {
        try (var files = Files.walk(after)) {
          for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
            Files.delete(path);
          }
        }
      }
    }
    Files.delete(RunFolder.at(whole).weights());

    CommandRun resumed = CommandRun.of("world", "train", "autoencoder", "--resume", whole);

    assertThat(resumed.code()).isZero();
    assertThat(RunFolder.at(whole).weights()).hasBinaryContent(expected);
  }

  @Test
  void should_leave_nothing_of_a_dry_run() throws IOException {
    Path out = folder.resolve("dry");
    run(out).rehearse(2);
    assertThat(out).doesNotExist();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("dry run: 2 steps, ");
  }

  @Test
  void should_refuse_a_folder_with_a_run() throws IOException {
    run(folder.resolve("run")).start();
    assertThatThrownBy(() -> run(folder.resolve("run")).start())
        .isInstanceOf(FileAlreadyExistsException.class);
    CommandRun again =
        CommandRun.of("world", "train", "autoencoder", "--out", folder.resolve("run").toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("there is a run already");
  }

  @Test
  void should_say_what_a_call_lacks() {
    assertThat(CommandRun.of("world").err())
        .contains("expected one of the commands [train, export]");
    assertThat(CommandRun.of("world", "train").err())
        .contains("expected one of the commands [autoencoder, clip, judge, painter]");
    CommandRun nothing = CommandRun.of("world", "train", "autoencoder");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("a new run needs --out");
    assertThat(CommandRun.of("world", "train", "autoencoder", "--resume", "x", "--seed", "3").err())
        .contains("leave out [--seed]");
    assertThat(CommandRun.of("world", "train", "autoencoder", "--out", "x", "--epochs", "0").err())
        .contains("epochs: expected at least 1 but was 0");
    assertThat(CommandRun.of("world", "train", "autoencoder", "--out", "x", "--device", "y").code())
        .isEqualTo(2);
  }

  /** Not even one scene of the quickstart, whatever its seed, has the same random numbers. */
  @Test
  void should_draw_scenes_that_are_all_different() {
    Set<String> seen = new HashSet<>();
    for (Split split : Split.values()) {
      for (TrialImage scene : SceneSet.WORLD.pictures(split, 20).images()) {
        seen.add(new String(scene.content(), StandardCharsets.ISO_8859_1));
        assertThat(scene.content()).isEqualTo(scene.content());
        assertThat(scene.toFloats()).hasSize(3 * 64 * 64);
      }
    }
    assertThat(seen).hasSize(60);
  }
}
