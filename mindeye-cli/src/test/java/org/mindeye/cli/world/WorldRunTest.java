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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.TrainingRun;
import org.mindeye.cli.weights.InspectedRun;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.Document;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.NamedValues;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.attributes.AttributeTrainer;
import org.mindeye.training.attributes.AttributeTrainingConfig;
import org.mindeye.training.clip.ClipTrainingConfig;

/** The trainings that need nothing but scenes: of the image tower, and of the judge. */
class WorldRunTest {
  private static final SceneSource.Scenes SCENES = new SceneSource.Scenes(4, 3, 5);
  private static final SavingConfig SAVING = new SavingConfig(1, 1, 9);
  private static final WorldClip CLIP =
      new WorldClip(
          new VisionTransformerConfig(
              8, 16, 1, 2, new PatchGrid(SceneSet.SIDE, 16), 6, Nonlinearity.GELU),
          7,
          ClipTrainingConfig.standard(2).withBatchSize(2).withPool(2),
          SCENES,
          "cpu",
          SAVING);
  private static final WorldJudge JUDGE =
      new WorldJudge(
          new AttributeClassifierConfig(
              SceneSet.SIDE, List.of(4, 4, 4), 2, 6, SceneWords.ATTRIBUTES),
          AttributeTrainingConfig.standard(2).withBatchSize(2),
          SCENES,
          "cpu",
          SAVING);

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private TrainingRun run(WorldSource<?> source, Path out) {
    Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    return new TrainingRun(source.recipe(console, Device.cpu()), RunFolder.at(out), console);
  }

  private static NamedValues scores(Path out) throws IOException {
    return Document.read(out.resolve("scores.json")).as(WorldFiles.Scores.class).test();
  }

  private static void checkHalves(Path file) throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(weights.names())
          .allSatisfy(name -> assertThat(weights.info(name).type()).isEqualTo(ElementType.FLOAT16));
    }
  }

  @Test
  void should_leave_an_image_tower_and_its_scores_on_test_scenes() throws IOException {
    Path out = folder.resolve("clip");
    run(CLIP, out).start();

    InspectedRun.check(out, "CLIP vision transformer in Hugging Face layout: hidden 8, 1 layer");
    Path file = RunFolder.at(out).weights();
    checkHalves(file);
    try (ClipImageEncoder encoder = ClipImageEncoder.load(file, Device.cpu())) {
      assertThat(encoder.space()).isEqualTo(CLIP.model().hiddenSpace());
    }
    assertThat(scores(out).names())
        .contains("textToImage", "imageToText", "category", "color", "position", "placeThing");
    assertThat(RunFolder.at(out).source().as(WorldClip.class)).isEqualTo(CLIP);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("painting 12 scenes")
        .contains("on 4 pictures")
        .contains("on test scenes in " + out.resolve("scores.json"));
  }

  @Test
  void should_leave_a_judge_and_the_scores_of_its_very_weights() throws IOException {
    Path out = folder.resolve("judge");
    run(JUDGE, out).start();

    InspectedRun.check(out, "classifier of pictures of 64x64: category (14 classes), color (9");
    Path file = RunFolder.at(out).weights();
    checkHalves(file);
    try (AttributeClassifier judge = AttributeClassifier.load(file, Device.cpu())) {
      NamedValues again =
          new AttributeTrainer(JUDGE.training())
              .score(judge, SceneSet.JUDGE.labelled(Split.TEST, SCENES.test()));
      for (String name : again.names()) {
        assertThat(scores(out).value(name)).isCloseTo(again.value(name), within(1e-6));
      }
    }
    assertThat(RunFolder.at(out).source().as(WorldJudge.class)).isEqualTo(JUDGE);
  }

  @Test
  void should_go_on_to_the_same_file() throws IOException {
    for (WorldSource<?> source : new WorldSource<?>[] {CLIP, JUDGE}) {
      String name = source == CLIP ? "clip" : "judge";
      Path out = folder.resolve(name);
      run(source, out).start();
      byte[] expected = Files.readAllBytes(RunFolder.at(out).weights());
      TrainedRun trained = TrainedRun.open(out);
      for (long step : trained.steps()) {
        if (step > 1) {
          remove(trained.place(step));
        }
      }
      Files.delete(RunFolder.at(out).weights());

      CommandRun resumed = CommandRun.of("world", "train", name, "--resume", out);

      assertThat(resumed.code()).isZero();
      assertThat(RunFolder.at(out).weights()).hasBinaryContent(expected);
      assertThat(CommandRun.of("world", "train", name, "--resume", out).code()).isZero();
      CommandRun again = CommandRun.of("world", "train", name, "--out", out);
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.err())
          .contains("continue it with `mindeye world train " + name + " --resume " + out + "`");
    }
    CommandRun other = CommandRun.of("world", "train", "judge", "--resume", folder.resolve("clip"));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).hasLineCount(1).contains("run.json");
  }

  private static void remove(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void should_leave_nothing_of_a_dry_run() throws IOException {
    for (WorldSource<?> source : new WorldSource<?>[] {CLIP, JUDGE}) {
      Path out = folder.resolve("dry");
      run(source, out).rehearse(2);
      assertThat(out).doesNotExist();
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("dry run: 2 steps, ")
        .contains("the whole run, 2 epochs of 2 steps, would take about ");
  }

  @Test
  void should_leave_nothing_open_where_scenes_are_missing() {
    SceneSource.Scenes none = new SceneSource.Scenes(4, 0, 5);
    WorldClip clip =
        new WorldClip(CLIP.model(), CLIP.textWidth(), CLIP.training(), none, "cpu", SAVING);
    WorldJudge judge = new WorldJudge(JUDGE.model(), JUDGE.training(), none, "cpu", SAVING);
    for (WorldSource<?> source : new WorldSource<?>[] {clip, judge}) {
      LeakCheck.Census before = LeakCheck.census();
      assertThatThrownBy(() -> run(source, folder.resolve("run")).start())
          .hasMessage("the validation split has no pictures");
      assertThat(LeakCheck.census()).isEqualTo(before);
    }
  }

  /** Another Java paints other pixels, and a run does not go on with them. */
  @Test
  void should_go_on_only_with_the_same_scenes() throws IOException {
    Path out = folder.resolve("run");
    run(CLIP, out).start();
    Path noted = out.resolve("run.json");
    String description = Files.readString(noted);
    String sum = RunFolder.at(out).record(WorldRecord.class).training().sha256();
    Files.writeString(noted, description.replace(sum, sum.replace(sum.charAt(0), 'x')));

    CommandRun resumed = CommandRun.of("world", "train", "clip", "--resume", out, "--keep", "5");

    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.err())
        .contains("the run began with other scenes")
        .contains("resume it with the Java and the version of this command that it began with");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          clip                              | 2 | a new run needs --out
          judge                             | 2 | a new run needs --out
          clip --out=x --epochs=0           | 2 | epochs: expected at least 1 but was 0
          judge --out=x --epochs=0          | 2 | epochs: expected at least 1 but was 0
          clip --out=x --steps=0            | 2 | --steps: expected 1 or more but was 0
          judge --out=x --device=y          | 2 | expected cpu or gpu
          clip --out=x --precision=int8_weights | 2 | INT8_WEIGHTS is for inference
          autoencoder --out=x --precision=int8_weights | 2 | INT8_WEIGHTS is for inference
          autoencoder --out=x --steps=0     | 2 | --steps: expected 1 or more but was 0
          judge --resume=x --seed=3         | 2 | leave out [--seed]
          clip --resume=x                   | 1 | x
          """)
  void should_say_what_is_wrong_with_a_call(String options, int code, String complaint) {
    CommandRun run =
        CommandRun.of(
            Stream.concat(Stream.of("world", "train"), Stream.of(options.split(" +"))).toArray());
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err()).contains(complaint);
    assertThat(Path.of("x")).doesNotExist();
  }

  /** The judge must not have learned with what it judges. */
  @Test
  void should_train_the_judge_apart() {
    assertThat(WorldJudge.SEED).isNotEqualTo(WorldClip.SEED);
    for (int i = 0; i < 50; i++) {
      assertThat(SceneSet.JUDGE.scene(Split.TRAIN, i))
          .isNotEqualTo(SceneSet.WORLD.scene(Split.TRAIN, i));
    }
  }
}
