// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.cli.report.Evaluator;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorNetwork;

/**
 * What a format costs in scores: the quickstart's world is trained in float32 and in bfloat16 from
 * several seeds, and each result is scored in every format. {@code -Dprecision.study=FOLDER} runs
 * it, over {@code -Dprecision.seeds=42,1,2}; what is in the folder already is not made again, so
 * that seeds can be added, and a finished quickstart is taken as {@code FOLDER/float32-SEED}.
 * Scores are written to {@code FOLDER/tokens-SEED.csv} and {@code pictures-SEED.csv}, tables of the
 * means and their standard errors to {@code FOLDER/scores.md}. Two-way: how often the picture
 * painted from a response is nearer to the seen one (PixCorr) than that painted from the next
 * response.
 */
@Tag("slow")
@EnabledIfSystemProperty(
    named = "precision.study",
    matches = ".+",
    disabledReason = "trains for half an hour, and is looked at when a format changes")
class PrecisionStudyTest {
  private static final Device CPU = Device.cpu();
  private static final int BATCH = 50;
  private final Path folder = Path.of(System.getProperty("precision.study"));
  private final Console console = new Console(System.err, false);

  /** What is scored, and by which numbers. */
  private enum Part {
    TOKENS("brain to image", "image to brain", "cosine after the prior"),
    PICTURES("PixCorr", "SSIM", "two-way");

    private final List<String> scores;

    Part(String... scores) {
      this.scores = List.of(scores);
    }

    Path file(Path folder, long seed) {
      return folder.resolve(name().toLowerCase(Locale.ROOT) + "-" + seed + ".csv");
    }
  }

  /** One line of the results. */
  private record Scored(long seed, Precision trained, Precision inferred, double[] scores) {
    String line() {
      StringBuilder line = new StringBuilder(seed + "," + trained + "," + inferred);
      for (double score : scores) {
        line.append(String.format(Locale.ROOT, ",%.6f", score));
      }
      return line.toString();
    }

    static Scored of(String line) {
      String[] parts = line.split(",");
      return new Scored(
          Long.parseLong(parts[0]),
          Precision.valueOf(parts[1]),
          Precision.valueOf(parts[2]),
          Stream.of(parts).skip(3).mapToDouble(Double::parseDouble).toArray());
    }

    boolean isOf(Precision training, Precision inference) {
      return trained == training && inferred == inference;
    }
  }

  private QuickstartConfig config(long seed, Precision trained) {
    String name = trained.name().toLowerCase(Locale.ROOT) + "-" + seed;
    QuickstartConfig standard =
        QuickstartConfig.of(Length.STANDARD, folder.resolve(name), seed, Length.STANDARD.epochs());
    var mindEye = standard.recipes().mindEye();
    var lowLevel = standard.recipes().lowLevel();
    return new QuickstartConfig(
        standard.folder(),
        seed,
        standard.pictures(),
        standard.brain(),
        standard.networks(),
        new QuickstartConfig.Recipes(
            mindEye.withOptimizer(mindEye.optimizer().withPrecision(trained)),
            lowLevel.withOptimizer(lowLevel.optimizer().withPrecision(trained))),
        standard.painting());
  }

  @Test
  void should_write_the_scores_of_every_format() throws IOException {
    Files.createDirectories(folder);
    for (String seed : System.getProperty("precision.seeds", "42,1,2").split(",")) {
      for (Precision trained : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
        study(config(Long.parseLong(seed), trained), trained);
      }
    }
    StringBuilder tables = new StringBuilder();
    for (Part part : Part.values()) {
      List<Scored> all = new ArrayList<>();
      try (Stream<Path> files = Files.list(folder)) {
        String start = part.name().toLowerCase(Locale.ROOT) + "-";
        for (Path file :
            files.filter(f -> f.getFileName().toString().startsWith(start)).sorted().toList()) {
          Files.readAllLines(file).stream().map(Scored::of).forEach(all::add);
        }
      }
      tables.append(table(part, all)).append('\n');
    }
    Files.writeString(folder.resolve("scores.md"), tables);
    assertThat(tables).contains("| FLOAT32 | BFLOAT16 |");
  }

  private void study(QuickstartConfig config, Precision trained) throws IOException {
    if (!Files.exists(config.modelWeights())) {
      new Quickstart(config, CPU, console).run();
    }
    try (ClipImageEncoder clip = ClipImageEncoder.load(config.clipWeights(), CPU)) {
      QuickstartData data = QuickstartData.read(config, clip);
      if (!Files.exists(config.lowLevel().weights())) {
        new LowLevelRun(config, CPU, console).run(data);
      }
      for (Part part : Part.values()) {
        Path file = part.file(folder, config.seed());
        List<String> lines =
            new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.<String>of());
        for (Precision inferred : Precision.values()) {
          if (lines.stream().map(Scored::of).noneMatch(s -> s.isOf(trained, inferred))) {
            double[] scores = scores(part, config, data, inferred);
            lines.add(new Scored(config.seed(), trained, inferred, scores).line());
            console.say("%s", lines.get(lines.size() - 1));
            Files.write(file, lines);
          }
        }
      }
    }
  }

  /** The backbone alone has weights in 8 bits; the others are in bfloat16 then. */
  private static double[] scores(
      Part part, QuickstartConfig config, QuickstartData data, Precision precision)
      throws IOException {
    Precision rest = precision == Precision.FLOAT32 ? precision : Precision.BFLOAT16;
    if (part == Part.TOKENS) {
      Evaluation tokens = tokens(config, data, precision, rest);
      return new double[] {
        tokens.mindEye().all().brainToImage().top1(),
        tokens.mindEye().all().imageToBrain().top1(),
        tokens.prior().orElseThrow().sample().cosine()
      };
    }
    return pictures(config, data, rest);
  }

  private static Evaluation tokens(
      QuickstartConfig config, QuickstartData data, Precision backbone, Precision prior)
      throws IOException {
    try (StateDict file = WeightFiles.open(config.modelWeights());
        ResidualMlpBackbone network =
            loaded(
                new ResidualMlpBackbone(config.backbone()), file.partOf("voxel2clip."), backbone);
        DiffusionPrior denoising =
            DiffusionPrior.of(
                loaded(new PriorNetwork(config.model().prior()), file.partOf("net."), prior),
                config.model().process());
        BackboneEncoder encoder = BackboneEncoder.of(network)) {
      return new Evaluator(encoder, config.pictures().poolSize(), config.seed())
          .withPrior(denoising)
          .evaluate(data.test());
    }
  }

  private static double[] pictures(
      QuickstartConfig config, QuickstartData data, Precision precision) throws IOException {
    List<Trial> trials = data.test().trials();
    double[] sums = new double[Part.PICTURES.scores.size()];
    try (StateDict file = WeightFiles.open(config.lowLevel().weights());
        AutoencoderKl autoencoder =
            AutoencoderKl.load(config.autoencoderWeights(), precision, CPU);
        LowLevelNetwork network =
            loaded(
                new LowLevelNetwork(config.lowLevelModel(autoencoder.config())), file, precision)) {
      VaeLatentBranch branch = VaeLatentBranch.of(network);
      for (TrialBatch batch : new TrialLoader(trials, LoaderConfig.evaluation(BATCH)).epoch(0)) {
        try (CallScope scope = CallScope.open(CPU)) {
          NDManager owner = scope.manager();
          ImageBatch seen =
              ImageBatches.of(batch.trials().stream().map(Trial::image).toList(), owner);
          NDArray painted =
              autoencoder
                  .decode(branch.predict(batch.voxels(owner), owner))
                  .toImages()
                  .array()
                  .clip(0, 1);
          NDArray turned = painted.get(new NDIndex("1:")).concat(painted.get(new NDIndex(":1")), 0);
          List<PixelScores> own = scores(seen, painted);
          List<PixelScores> other = scores(seen, turned);
          for (int i = 0; i < own.size(); i++) {
            sums[0] += own.get(i).pixCorr() / trials.size();
            sums[1] += own.get(i).ssim() / trials.size();
            sums[2] += own.get(i).pixCorr() > other.get(i).pixCorr() ? 1.0 / trials.size() : 0;
          }
        }
      }
    }
    return sums;
  }

  private static List<PixelScores> scores(ImageBatch seen, NDArray painted) {
    return PixelScores.each(seen, ImageBatch.of(painted), PixelGrid.unchanged());
  }

  private static <N extends Network> N loaded(N network, StateDict file, Precision precision) {
    network.storeIn(precision);
    return WeightBinder.strict().load(file, network, CPU);
  }

  /** Means over the seeds, and their standard errors. */
  private static String table(Part part, List<Scored> all) {
    StringBuilder table = new StringBuilder("| trained | inference | seeds |");
    part.scores.forEach(name -> table.append(' ').append(name).append(" |"));
    table.append("\n|---|---|---|").append("---|".repeat(part.scores.size())).append('\n');
    for (Precision trained : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      for (Precision inferred : Precision.values()) {
        List<Scored> some = all.stream().filter(s -> s.isOf(trained, inferred)).toList();
        if (some.isEmpty()) {
          continue;
        }
        table.append("| ").append(trained).append(" | ").append(inferred);
        table.append(" | ").append(some.size()).append(" |");
        for (int i = 0; i < part.scores.size(); i++) {
          int at = i;
          double[] values = some.stream().mapToDouble(s -> s.scores()[at]).toArray();
          table.append(String.format(Locale.ROOT, " %.4f ± %.4f |", mean(values), error(values)));
        }
        table.append('\n');
      }
    }
    return table.toString();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double error(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
