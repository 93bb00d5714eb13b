// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.cli.report.LowLevelEvaluator;
import org.mindeye.cli.report.LowLevelExample;
import org.mindeye.cli.report.LowLevelPictures;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.results.PictureScores.Place;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.lowlevel.LowLevelSplit;
import org.mindeye.training.lowlevel.LowLevelTrainer;

/** The low-level network of a miniature quickstart. */
class LowLevelRunTest {
  @TempDir private static Path first;
  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private static QuickstartConfig config;
  private static QuickstartResult result;

  @BeforeAll
  static void run() throws IOException {
    config = Miniature.config(first, 1);
    result = Miniature.run(config);
  }

  private static List<PixelScores> scores(Painter painter) {
    return result.lowLevel().pictures().scores().get(painter);
  }

  @Test
  void should_learn() {
    double before = result.lowLevel().history().get(0).validation().value("absolute");
    double after = result.lowLevel().history().get(1).validation().value("absolute");

    assertThat(after).isLessThan(before);
  }

  /** The reported figures come out of the saved files, too. */
  @Test
  void should_save_what_paints_the_reported_pictures() throws IOException {
    try (VaeLatentBranch branch = VaeLatentBranch.load(config.lowLevel().weights(), Device.cpu());
        AutoencoderKl autoencoder = AutoencoderKl.load(config.autoencoderWeights(), Device.cpu());
        ClipImageEncoder clip = ClipImageEncoder.load(config.clipWeights(), Device.cpu())) {
      QuickstartData data = QuickstartData.read(config, clip);

      LowLevelPictures again =
          new LowLevelEvaluator(
                  branch,
                  latents(Split.TRAIN, data.training(), autoencoder),
                  latents(Split.VALIDATION, data.validation(), autoencoder))
              .evaluate(latents(Split.TEST, data.test(), autoencoder));

      assertThat(again.scores()).isEqualTo(result.lowLevel().pictures().scores());
      assertThat(again.penalty()).isEqualTo(result.lowLevel().pictures().penalty());
    }
  }

  private static LowLevelSplit latents(Split split, EncodedSplit data, AutoencoderKl autoencoder) {
    return LowLevelSplit.encode(split, data.trials(), autoencoder, 64);
  }

  @Test
  void should_leave_a_run_beside_the_main_one() throws IOException {
    TrainedRun run = TrainedRun.open(config.lowLevel().folder());

    assertThat(run.history()).hasSize(2);
    assertThat(run.lastStep()).hasValue(6);
    try (LowLevelNetwork network = run.last(w -> LowLevelTrainer.load(w, Device.cpu()));
        AutoencoderKl autoencoder = AutoencoderKl.load(config.autoencoderWeights(), Device.cpu())) {
      assertThat(network.config()).isEqualTo(result.lowLevel().model());
      run.last(LowLevelTrainer::sources).requireAutoencoder(run, autoencoder);
    }
  }

  /** Voxels to latents to pixels, by the commands for parts. */
  @Test
  void should_be_served_by_forward() throws IOException {
    Path voxels = folder.resolve("voxels.safetensors");
    Path latents = folder.resolve("latents.safetensors");
    Path pixels = folder.resolve("pixels.safetensors");
    WeightFiles.write(voxels, Map.of("voxels", manager.ones(new Shape(2, 60))), Map.of());

    assertWorks("lowlevel", config.lowLevel().weights(), voxels, latents);
    assertWorks("vae-decode", config.autoencoderWeights(), latents, pixels);

    try (StateDict file = WeightFiles.open(latents);
        VaeLatentBranch branch = VaeLatentBranch.load(config.lowLevel().weights(), Device.cpu())) {
      VoxelBatch same = VoxelBatch.of(manager.ones(new Shape(2, 60)));
      assertThat(file.load("latents", manager).toFloatArray())
          .containsExactly(branch.predict(same, manager).array().toFloatArray());
    }
    try (StateDict file = WeightFiles.open(pixels)) {
      assertThat(file.load("images", manager).getShape()).isEqualTo(new Shape(2, 3, 64, 64));
    }
  }

  private static void assertWorks(String component, Path weights, Path inputs, Path output) {
    CommandRun run =
        CommandRun.of(
            "forward", component, "--weights", weights, "--inputs", inputs, "--output", output);
    assertThat(run.err()).as(component).isEmpty();
    assertThat(run.code()).as(component).isZero();
  }

  @Test
  void should_show_the_best_the_middle_and_the_worst() {
    List<Integer> ranked =
        IntStream.range(0, 24)
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> scores(Painter.NETWORK).get(i).pixCorr())
                    .reversed())
            .toList();
    List<LowLevelExample> examples = result.lowLevel().pictures().examples();

    assertThat(examples)
        .extracting(LowLevelExample::place)
        .containsExactly(
            Place.BEST,
            Place.BEST,
            Place.BEST,
            Place.MEDIAN,
            Place.MEDIAN,
            Place.MEDIAN,
            Place.WORST,
            Place.WORST,
            Place.WORST);
    assertThat(examples)
        .extracting(LowLevelExample::sample)
        .containsExactly(
            ranked.get(0),
            ranked.get(1),
            ranked.get(2),
            ranked.get(10),
            ranked.get(11),
            ranked.get(12),
            ranked.get(21),
            ranked.get(22),
            ranked.get(23));
    for (LowLevelExample example : examples) {
      example
          .painted()
          .forEach(
              (painter, painted) ->
                  assertThat(painted.scores()).isEqualTo(scores(painter).get(example.sample())));
    }
  }

  @Test
  void should_have_a_ceiling_above_everything() {
    LowLevelPictures pictures = result.lowLevel().pictures();
    assertThat(pictures.pixCorr(Painter.AUTOENCODER).low()).isGreaterThan(0.9);
    for (Painter painter :
        List.of(Painter.NETWORK, Painter.RIDGE, Painter.OTHER_BRAIN, Painter.MEAN)) {
      assertThat(pictures.pixCorr(painter).mean()).as("%s", painter).isBetween(-0.5, 0.9);
      assertThat(pictures.ssim(painter).high())
          .isLessThan(pictures.ssim(Painter.AUTOENCODER).low());
    }
    assertThat(pictures.pixCorr(Painter.OTHER_BRAIN).mean())
        .isLessThan(pictures.pixCorr(Painter.RIDGE).mean());
    assertThat(scores(Painter.OTHER_BRAIN)).isNotEqualTo(scores(Painter.NETWORK));
  }

  @Test
  void should_report_to_programs() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(first.resolve("report.json").toFile()).get("low_level");

    assertThat(json.at("/training/epochs").asInt()).isEqualTo(2);
    assertThat(json.at("/training/objective/contrastive").asDouble()).isZero();
    assertThat(json.at("/model/latents/side").asInt()).isEqualTo(16);
    assertThat(json.get("parameters").asLong()).isEqualTo(result.lowLevel().parameters());
    assertThat(json.get("history")).hasSize(2);
    JsonNode test = json.get("test");
    assertThat(test.get("samples").asInt()).isEqualTo(24);
    assertThat(test.fieldNames())
        .toIterable()
        .contains("lowlevel", "ridge", "other_brain", "mean_latents", "autoencoder");
    assertThat(test.at("/lowlevel/each_pixcorr/7").asDouble())
        .isEqualTo(scores(Painter.NETWORK).get(7).pixCorr());
    assertThat(test.at("/ridge/ssim").asDouble())
        .isEqualTo(result.lowLevel().pictures().ssim(Painter.RIDGE).mean());
    assertThat(test.at("/lead_over_ridge/pixcorr").asDouble())
        .isEqualTo(result.lowLevel().pictures().lead(PixelScores::pixCorr).mean());
  }

  @Test
  void should_say_why_a_setting_is_not_the_published_one() throws IOException {
    String html = Files.readString(first.resolve("report.html"));

    assertThat(html)
        .contains("Weight of the contrastive loss", "no teacher was trained on this world")
        .contains("X4_NARROW", "Likeness of pixels, all 24 test pictures")
        .contains("64 x 64 pixels, so they do not compare with the paper")
        .contains("best: sample ", "worst: sample ");
  }

  /** It has streams of its own: backbone and prior are the same whatever it draws. */
  @Test
  void should_leave_the_main_model_alone() throws IOException {
    QuickstartConfig plain = Miniature.config(folder, 1);
    QuickstartConfig other =
        new QuickstartConfig(
            plain.folder(),
            plain.seed(),
            plain.pictures(),
            plain.brain(),
            plain.networks(),
            new QuickstartConfig.Recipes(
                plain.training(), plain.recipes().lowLevel().withEpochs(1).withSeed(9)),
            plain.painting());

    QuickstartResult changed = Miniature.run(other);

    assertThat(changed.evaluation().mindEye().pools())
        .isEqualTo(result.evaluation().mindEye().pools());
    assertThat(other.modelWeights()).hasSameBinaryContentAs(config.modelWeights());
    assertThat(changed.lowLevel().pictures().scores())
        .isNotEqualTo(result.lowLevel().pictures().scores());
  }
}
