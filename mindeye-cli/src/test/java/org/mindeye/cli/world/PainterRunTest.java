// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.TrainingRun;
import org.mindeye.cli.weights.InspectedRun;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.painter.PainterTrainingConfig;
import org.mindeye.training.painter.PainterTrainingConfig.Gallery;

class PainterRunTest {
  private static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(16, 8), 6, Nonlinearity.QUICK_GELU);
  private static final PainterTrainingConfig RECIPE =
      PainterTrainingConfig.standard(2).withBatchSize(2).withGallery(new Gallery(3, 2, 2));

  @TempDir private static Path place;
  @TempDir private Path folder;
  private static Path clip;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);

  @BeforeAll
  static void writeTower() throws IOException {
    clip = place.resolve("clip.safetensors");
    try (ClipVisionTransformer tower = new ClipVisionTransformer(TOWER)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(clip, tower, TOWER.metadata());
    }
  }

  private static WorldPainter tiny() {
    return new WorldPainter(
        new WorldPainter.Networks(clip.toString(), null),
        new WorldPainter.Layers(new UnetStages(List.of(4, 8), List.of(false, true), 1, 2), 2),
        RECIPE,
        new WorldPainter.Scenes(6, 4),
        "cpu",
        new SavingConfig(1, 1, 9));
  }

  private TrainingRun run(WorldPainter painter, Path out) {
    return new TrainingRun(
        new PainterRecipe(painter, Device.cpu(), console), RunFolder.at(out), console);
  }

  private static void removeCheckpointsAfter(Path out, long step) throws IOException {
    TrainedRun run = TrainedRun.open(out);
    for (long saved : run.steps()) {
      if (saved > step) {
        try (Stream<Path> files = Files.walk(run.place(saved))) {
          for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
            Files.delete(file);
          }
        }
      }
    }
    Files.delete(RunFolder.at(out).weights());
  }

  @Test
  void should_leave_a_painter_that_paints_and_pictures_of_the_way_there() throws IOException {
    Path out = folder.resolve("run");
    run(tiny(), out).start();

    InspectedRun.check(out, "conditional UNet");
    Path file = RunFolder.at(out).weights();
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(weights.names())
          .allSatisfy(name -> assertThat(weights.info(name).type()).isEqualTo(ElementType.FLOAT16));
      assertThat(LatentProcess.of(weights).prediction()).isEqualTo(PredictionType.V_PREDICTION);
    }
    Path autoencoder = folder.resolve("autoencoder.safetensors");
    assertThat(CommandRun.of("world", "export", "autoencoder", "--out", autoencoder).code())
        .isZero();
    try (VersatileDiffusionDecoder painter =
        VersatileDiffusionDecoder.load(file, autoencoder, Precision.FLOAT32, Device.cpu())) {
      assertThat(painter.space()).isEqualTo(new ClipSpace(5, 6));
    }
    for (int epoch = 1; epoch <= 2; epoch++) {
      BufferedImage grid = ImageIO.read(out.resolve("painted/epoch-00" + epoch + ".png").toFile());
      assertThat(grid.getWidth()).isEqualTo(3 * 68 - 4);
      assertThat(grid.getHeight()).isEqualTo(128);
    }
    assertThat(WorldPainter.of(RunFolder.at(out))).isEqualTo(tiny());
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("drawing and encoding 10 scenes as 4x16x16 latents and 5x6 CLIP tokens")
        .contains("on 6 pictures")
        .contains("painted scenes in " + out.resolve("painted"));
  }

  @Test
  void should_go_on_to_the_same_file() throws IOException {
    Path out = folder.resolve("whole");
    run(tiny(), out).start();
    byte[] expected = Files.readAllBytes(RunFolder.at(out).weights());
    removeCheckpointsAfter(out, 1);

    CommandRun resumed = CommandRun.of("world", "train", "painter", "--resume", out);

    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.code()).isZero();
    assertThat(RunFolder.at(out).weights()).hasBinaryContent(expected);
    CommandRun again = CommandRun.of("world", "train", "painter", "--resume", out);
    assertThat(again.code()).isZero();
  }

  @Test
  void should_go_on_only_with_the_same_tower() throws IOException {
    Path out = folder.resolve("run");
    run(tiny(), out).start();
    removeCheckpointsAfter(out, 1);
    Path other = folder.resolve("other.safetensors");
    try (ClipVisionTransformer tower = new ClipVisionTransformer(TOWER)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(2));
      WeightFiles.write(other, tower, TOWER.metadata());
    }
    CommandRun resumed =
        CommandRun.of("world", "train", "painter", "--resume", out, "--clip", other);
    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.err())
        .hasLineCount(1)
        .contains("the run began with other pictures or networks: {clip=");
    Path moved = Files.copy(clip, folder.resolve("moved.safetensors"));
    assertThat(CommandRun.of("world", "train", "painter", "--resume", out, "--clip", moved).code())
        .isZero();
  }

  @Test
  void should_leave_nothing_of_a_dry_run() throws IOException {
    Path out = folder.resolve("run");
    run(tiny(), out).rehearse(2);
    assertThat(out).doesNotExist();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("dry run: 2 steps, ")
        .contains("the whole run, 2 epochs of 3 steps, would take about ");
  }

  @Test
  void should_refuse_a_folder_with_a_run_and_a_run_of_something_else() throws IOException {
    Path out = folder.resolve("run");
    run(tiny(), out).start();
    CommandRun again = CommandRun.of("world", "train", "painter", "--clip", clip, "--out", out);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err())
        .contains("continue it with `mindeye world train painter --resume " + out + "`");
    CommandRun other = CommandRun.of("world", "train", "autoencoder", "--resume", out);
    assertThat(other.code()).isEqualTo(1);
    Path strange = folder.resolve("strange");
    Files.createDirectories(strange);
    Files.writeString(
        RunFolder.at(strange).description(),
        Files.readString(RunFolder.at(out).description()).replace("\"layers\"", "\"others\""));
    assertThatThrownBy(() -> WorldPainter.of(RunFolder.at(strange)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("not a run of `world train painter`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --clip=CLIP                      | 2 | a new run needs --out
          --clip=CLIP --out=x --epochs=0   | 2 | epochs: expected at least 1 but was 0
          --clip=CLIP --out=x --steps=0    | 2 | --steps: expected 1 or more but was 0
          --clip=CLIP --out=x --device=y   | 2 | expected cpu or gpu
          --clip=CLIP --out=x --prediction=speed | 2 | speed
          --clip=CLIP --out=x --precision=int8_weights | 2 | INT8_WEIGHTS is for inference
          --clip=gone --out=x              | 1 | gone
          --clip=CLIP --out=x --autoencoder=gone | 1 | gone
          --resume=x --seed=3              | 2 | leave out [--seed]
          --resume=x                       | 1 | x
          """)
  void should_say_what_is_wrong_with_a_call(String options, int code, String complaint) {
    Object[] all =
        Stream.concat(
                Stream.of("world", "train", "painter"),
                Stream.of(options.replace("CLIP", clip.toString()).split(" +")))
            .toArray();
    CommandRun run = CommandRun.of(all);
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err()).contains(complaint);
    assertThat(Path.of("x")).doesNotExist();
  }

  @Test
  void should_write_at_most_ten_grids_the_last_one_among_them() {
    for (int epochs : new int[] {1, 7, 10, 11, 80, 83}) {
      int written = 0;
      PaintedGrids grids = new PaintedGrids(folder, epochs, 10);
      for (int epoch = 0; epoch < epochs; epoch++) {
        written += grids.isShown(epoch) ? 1 : 0;
      }
      assertThat(written).isBetween(Math.min(epochs, 6), 10);
      assertThat(grids.isShown(epochs - 1)).isTrue();
    }
  }
}
