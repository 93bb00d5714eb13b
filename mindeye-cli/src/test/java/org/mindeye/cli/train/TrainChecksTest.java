// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;

/** What can be known before the first step is refused before it, and leaves nothing behind. */
class TrainChecksTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static final Map<Split, List<Trial>> TRIALS = new EnumMap<>(Split.class);

  private final Map<Split, List<Trial>> changed = new EnumMap<>(TRIALS);

  @BeforeAll
  static void simulate() throws IOException {
    world = TinyWorld.in(place);
    for (Split split : Split.values()) {
      TRIALS.put(split, world.trials(split));
    }
  }

  /** Other samples for a split. */
  private void change(Split split, UnaryOperator<Trial> change, int... which) {
    List<Trial> trials = new ArrayList<>(TRIALS.get(split));
    for (int i : which) {
      trials.set(i, change.apply(trials.get(i)));
    }
    changed.put(split, trials);
  }

  private static Trial of(Trial trial, TrialImage image, float[][] voxels, long cocoId) {
    return new Trial(trial.origin(), image, voxels, cocoId, trial.trialIds(), trial.repeats());
  }

  private static float[][] voxels(Trial trial) {
    float[][] all = new float[trial.repeats()][];
    Arrays.setAll(all, trial::voxels);
    return all;
  }

  private static Trial withImage(Trial trial, EncodedImage image) {
    return of(trial, image, voxels(trial), trial.cocoId());
  }

  private static Trial withId(Trial trial, long cocoId) {
    return of(trial, trial.image(), voxels(trial), cocoId);
  }

  private static Trial damaged(Trial trial) {
    byte[] whole = trial.image().encoded().bytes();
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    return withImage(trial, EncodedImage.of(trial.origin(), half, ImageLimits.DEFAULT));
  }

  private Path written() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (WebDatasetWriter writer = WebDatasetWriter.create(data, 99, WriterConfig.DEFAULT)) {
      for (Map.Entry<Split, List<Trial>> split : changed.entrySet()) {
        for (Trial trial : split.getValue()) {
          writer.add(split.getKey(), trial);
        }
      }
      writer.commit();
    }
    return data;
  }

  private CommandRun train(Path data, String... more) {
    List<String> options = new ArrayList<>(List.of(more));
    options.add("--data=" + data);
    return CommandRun.of(world.train(folder.resolve("out"), options.toArray(String[]::new)));
  }

  private void assertRefused(CommandRun run, String... parts) {
    assertThat(run.err()).hasLineCount(1).contains(parts);
    assertThat(run.code()).isEqualTo(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void should_refuse_an_image_in_training_and_test() throws IOException {
    long learned = TRIALS.get(Split.TRAIN).get(3).cocoId();
    change(Split.TEST, trial -> withId(trial, learned), 5);

    assertRefused(
        train(written()), "train and test share 1, coco ids " + learned + "; remove them from one");
  }

  @Test
  void should_refuse_a_missing_test_shard_before_anything_is_read() throws IOException {
    Path data = written();
    Path shard = data.resolve("test/test_subj99_0.tar");
    Files.move(shard, shard.resolveSibling("test_subj99_1.tar"));
    Files.delete(data.resolve("train/train_subj99_0.tar"));
    Files.writeString(data.resolve("train/train_subj99_0.tar"), "not looked at");

    assertRefused(train(data), "test_subj99_");
  }

  /** In both ways to make targets. */
  @Test
  void should_refuse_a_picture_that_cannot_be_decoded() throws IOException {
    change(Split.TRAIN, TrainChecksTest::damaged, 7, 8);
    Path data = written();
    String sample = TRIALS.get(Split.TRAIN).get(7).key();
    assertRefused(train(data), "data: 2 problems: shard ", sample);
    assertRefused(train(data, "--no-augment"), "data: 2 problems: shard ", sample);
  }

  @Test
  void should_refuse_a_test_picture_that_cannot_be_decoded() throws IOException {
    change(Split.TEST, TrainChecksTest::damaged, 2);

    assertRefused(train(written()), "data: shard ", TRIALS.get(Split.TEST).get(2).key());
  }

  @Test
  void should_refuse_pictures_of_mixed_size() throws IOException {
    BufferedImage small = new BufferedImage(32, 48, BufferedImage.TYPE_INT_RGB);
    change(
        Split.VALIDATION,
        trial -> withImage(trial, EncodedImage.jpeg(trial.origin(), small, 0.9f)),
        4);

    assertRefused(train(written()), "32x48", TRIALS.get(Split.VALIDATION).get(4).key());
  }

  @Test
  void should_say_what_is_odd_and_continue() throws IOException {
    EncodedImage picture = TRIALS.get(Split.TRAIN).get(0).image().encoded();
    change(
        Split.TRAIN,
        trial -> of(trial, picture, new float[3][TinyWorld.VOXELS], trial.cocoId()),
        9);
    changed.get(Split.TRAIN).set(11, withId(changed.get(Split.TRAIN).get(11), 12));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    RunSource source =
        TrainLengthTest.source(world, folder).movedTo(written().toString(), null, null);

    try (SubjectSource data = Recognition.open(Path.of(source.data()), source.subject())) {
      new RunChecks(data)
          .probe(
              changed.get(Split.TRAIN),
              changed.get(Split.VALIDATION),
              new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false));
    }

    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .allMatch(line -> line.contains("] note: "));
  }

  @Test
  void should_refuse_an_output_folder_that_cannot_be() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    CommandRun run = CommandRun.of(world.train(file.resolve("out")));

    assertThat(run.err()).hasLineCount(1).contains(file.toString());
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void should_refuse_networks_that_do_not_fit_before_they_are_made() throws IOException {
    RunSource source = TrainLengthTest.source(world, folder);
    MemoryBudget tiny = MemoryBudget.of(20_000, "a test");

    assertThatThrownBy(() -> RunData.requireMemory(source, TinyWorld.VOXELS, tiny))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("training at batch 16 needs ")
        .hasMessageContaining("(a test)");
    RunData.requireMemory(source, TinyWorld.VOXELS, MemoryBudget.of(1L << 30, "a test"));
  }
}
