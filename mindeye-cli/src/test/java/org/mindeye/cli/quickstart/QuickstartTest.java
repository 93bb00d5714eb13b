// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.report.Comparison;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.cli.report.Evaluator;
import org.mindeye.cli.report.Example;
import org.mindeye.cli.report.Method;
import org.mindeye.cli.report.MethodScores;
import org.mindeye.cli.report.PriorEffect;
import org.mindeye.cli.world.SmallWorld;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.testkit.HeadlessBrowser;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.PageLayout;
import org.mindeye.training.MindEyeModel;

/** A miniature quickstart from end to end. */
class QuickstartTest {
  @TempDir private static Path first;
  @TempDir private Path folder;

  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
  private static QuickstartResult result;

  @BeforeAll
  static void run() throws IOException {
    result = Miniature.run(Miniature.config(first, 1), PRINTED);
  }

  private static List<String> found(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void should_write_everything_it_promises() throws IOException {
    try (Stream<Path> files = Files.walk(first)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(f -> first.relativize(f).toString())
                  .filter(name -> !name.startsWith("painted/")))
          .containsExactlyInAnyOrder(
              "report.html",
              "report.json",
              "scores.json",
              "scores.csv",
              "scores.tex",
              "scores.md",
              "run.json",
              "log.jsonl",
              "model.safetensors",
              "clip.safetensors",
              "clip.json",
              "autoencoder.safetensors",
              "unet.safetensors",
              "lowlevel/run.json",
              "lowlevel/log.jsonl",
              "lowlevel/model.safetensors",
              "data/metadata_subj99.json",
              "data/truth_subj99.npz",
              "data/train/train_subj99_0.tar",
              "data/val/val_subj99_0.tar",
              "data/test/test_subj99_0.tar");
    }
  }

  @Test
  void should_write_a_dataset_that_any_reader_reads() throws IOException {
    int read = 0;
    for (Split split : Split.values()) {
      try (NsdWebDataset dataset =
          NsdWebDataset.open(first.resolve("data"), World.SUBJECT, split, ReaderConfig.of(60))) {
        for (var trial : dataset.readAll()) {
          assertThat(trial.key()).isEqualTo(String.format(Locale.ROOT, "sample%011d", read));
          assertThat(trial.cocoId()).isEqualTo(read);
          assertThat(trial.repeats()).isEqualTo(3);
          assertThat(trial.image().width()).isEqualTo(64);
          read++;
        }
      }
    }
    assertThat(read).isEqualTo(48 + 16 + 24);
  }

  @Test
  void should_report_the_numbers_of_the_run_to_programs() throws IOException {
    JsonNode json = new ObjectMapper().readTree(first.resolve("report.json").toFile());

    assertThat(json.get("seed").asLong()).isEqualTo(1);
    assertThat(json.get("training").get("epochs").asInt()).isEqualTo(3);
    assertThat(json.get("brain").get("voxels").asInt()).isEqualTo(60);
    assertThat(json.at("/record/software/djl").asText()).isEqualTo("0.36.0");
    assertThat(json.at("/record/device").asText()).isEqualTo("cpu");
    assertThat(json.at("/record/targets/training").asText()).isEqualTo("encoded once");
    assertThat(json.at("/record/training/samples").asInt()).isEqualTo(48);
    assertThat(json.get("parameters").asLong()).isEqualTo(result.trained().parameters());
    assertThat(json.get("images").toString())
        .isEqualTo("{\"training\":48,\"validation\":16,\"test\":24}");
    assertThat(json.at("/test/samples").asInt()).isEqualTo(24);
    assertThat(json.at("/test/repeated_images").asInt()).isZero();
    assertThat(json.at("/test/chance").asDouble()).isEqualTo(1.0 / 12);
    assertThat(json.at("/test/pool_size").asInt()).isEqualTo(12);
    assertThat(json.at("/test/ridge/brain_to_image/pool_top1").asDouble())
        .isEqualTo(scores(Method.RIDGE).pools().brainToImage().mean());
    assertThat(json.at("/test/mindeye/image_to_brain/all_top1").asDouble())
        .isEqualTo(scores(Method.MINDEYE).all().imageToBrain().top1());
    assertThat(json.at("/test/repeats/image_to_brain/all_top1").asDouble()).isPositive();
    assertThat(json.get("voxel_noise_ceiling_percent").asDouble())
        .isEqualTo(result.evaluation().ceiling().orElseThrow().medianPercent());
    assertThat(json.get("verdict").asText()).isEqualTo(comparison().verdict().name());
    assertThat(json.get("ridge").get("grid"))
        .hasSize(result.evaluation().ridge().orElseThrow().grid().size());
    assertThat(json.get("history")).hasSize(3);
    assertThat(json.get("history").get(2).get("training").get("total").asDouble())
        .isEqualTo(result.trained().history().get(2).training().value("total"));
  }

  private static MethodScores scores(Method method) {
    return result.evaluation().scores(method).orElseThrow();
  }

  private static Comparison comparison() {
    return result.evaluation().comparison().orElseThrow();
  }

  /** A reader of the file can test any claim about these pictures. */
  @Test
  void should_report_the_rank_of_every_picture_to_programs() throws IOException {
    JsonNode json = new ObjectMapper().readTree(first.resolve("report.json").toFile());
    JsonNode ranks = json.get("ranks");
    int both = 0;
    int mindEye = 0;
    assertThat(ranks.get("coco_ids")).hasSize(24);
    assertThat(ranks.at("/coco_ids/0").asLong()).isEqualTo(64);
    for (int i = 0; i < 24; i++) {
      boolean one = ranks.at("/mindeye/brain_to_image/" + i).asInt() == 1;
      boolean other = ranks.at("/ridge/brain_to_image/" + i).asInt() == 1;
      mindEye += one ? 1 : 0;
      both += one && other ? 1 : 0;
    }
    assertThat(json.at("/test/mindeye/brain_to_image/all_hits").asInt()).isEqualTo(mindEye);
    assertThat(json.at("/comparison/brain_to_image/both").asInt()).isEqualTo(both);
    assertThat(json.at("/comparison/brain_to_image/p_value").asDouble())
        .isEqualTo(comparison().brainToImage().pValue());
    assertThat(ranks.get("noise_ceiling").get("image_to_brain")).hasSize(24);
  }

  @Test
  void should_report_the_effect_of_the_prior_to_programs() throws IOException {
    JsonNode report = new ObjectMapper().readTree(first.resolve("report.json").toFile());
    JsonNode json = report.get("prior");
    PriorEffect effect = result.evaluation().prior().orElseThrow();

    assertThat(report.at("/model/prior/transformer/depth").asInt()).isEqualTo(1);
    assertThat(report.at("/model/process/timesteps").asInt()).isEqualTo(100);
    assertThat(json.get("sampler_steps").asInt()).isEqualTo(20);
    assertThat(json.get("draws").asInt()).isEqualTo(4);
    assertThat(json.get("backbone_tokens").get("cosine").asDouble())
        .isEqualTo(effect.before().cosine());
    assertThat(json.get("one_sample").get("error").asDouble()).isEqualTo(effect.sample().error());
    assertThat(json.get("mean_of_draws").get("error").asDouble())
        .isEqualTo(effect.mean().error())
        .isLessThan(effect.sample().error());
    assertThat(json.get("mean_target").get("error").asDouble()).isEqualTo(1);
  }

  @Test
  void should_train_the_prior_beside_the_backbone() {
    double before = result.trained().history().get(0).validation().value("prior");
    double after = result.trained().history().get(2).validation().value("prior");

    assertThat(after).isPositive().isLessThan(before);
    assertThat(result.evaluation().prior().orElseThrow().sample().cosine()).isBetween(-1.0, 1.0);
  }

  /** The reported figures come out of the saved files, too. */
  @Test
  void should_save_what_other_commands_need() throws IOException {
    QuickstartConfig config = Miniature.config(first, 1);
    assertThat(VisionTransformerConfig.read(config.clipConfig()))
        .isEqualTo(SmallWorld.clipConfig());
    try (ClipImageEncoder clip = ClipImageEncoder.load(config.clipWeights(), Device.cpu());
        BackboneEncoder backbone = BackboneEncoder.load(config.modelWeights(), Device.cpu());
        DiffusionPrior prior = DiffusionPrior.load(config.modelWeights(), Device.cpu())) {
      QuickstartData data = QuickstartData.read(config, clip);

      Evaluation again =
          new Evaluator(backbone, 12, 1)
              .withPrior(prior)
              .withBaseline(data.training(), data.validation())
              .evaluate(data.test());
      assertThat(again.prior()).isEqualTo(result.evaluation().prior());
      assertThat(again.mindEye().pools()).isEqualTo(result.evaluation().mindEye().pools());
    }
    try (MindEyeModel model = config.model().allocated(Device.cpu());
        StateDict file = WeightFiles.open(config.modelWeights())) {
      model.copyFrom(file);
      assertThat(file.metadata())
          .containsOnlyKeys("mindeye.config", "mindeye.model", "mindeye.record");
    }
  }

  @Test
  void should_put_no_time_and_no_path_into_the_report_for_programs() throws IOException {
    assertThat(Files.readString(first.resolve("report.json")))
        .doesNotContain(first.toString(), first.getFileName().toString(), "seconds")
        .doesNotContainPattern("time(?!steps)");
  }

  @Test
  void should_show_everything_to_people() throws IOException {
    String html = Files.readString(first.resolve("report.html"));

    assertThat(found("(?<=<h2 id=\"section-\\d{1,2}\">)[^<]+", html))
        .containsExactly(
            "Seen and painted",
            "What was seen, and what was found",
            "Scores",
            "Similarities",
            "What the prior adds",
            "The blurry picture",
            "What each part adds to the pictures",
            "Every picture",
            "Training",
            "Training the low-level network",
            "What the data are",
            "What to do next",
            "How this was made");
    assertThat(html)
        .contains("MindEye quickstart", "Seed 1, ", "top-1 among 12 pictures", "8.3\u00a0%")
        .contains(
            "60 voxels, 30 of them retinotopic", "and 30 semantic", "saw each picture 3 times")
        .contains(
            Metric.BRAIN_TO_IMAGE
                .write(scores(Method.MINDEYE).pools().brainToImage().mean())
                .replace(' ', '\u00a0'));
    assertThat(html)
        .contains(
            "Top-1 among all 24 test pictures",
            "SoftCLIP instead of BiMixCo",
            "Ridge: penalty chosen on",
            "Training loss, contrastive part")
        .contains(
            "Validation retrieval among 16", "Loss of the diffusion prior", "prior, one sample")
        .contains("30 times the squared error of the diffusion prior");
  }

  /** Every example with the picture seen and five found, inside the file. */
  @Test
  void should_hold_all_images_and_load_nothing() throws IOException {
    String html = Files.readString(first.resolve("report.html"));

    int images = 6 * result.evaluation().examples().size();
    int painted = 3 * result.lowLevel().pictures().examples().size();
    assertThat(painted).isEqualTo(27);
    int seen = images + 9 + 3; // the best, the median and the worst painted scene
    int made = painted + 3 * (1 + 2); // a blurry picture and two candidates of each
    assertThat(found("<img [^>]*src=\"data:image/jpeg;base64,", html)).hasSize(seen);
    assertThat(found("<img [^>]*src=\"data:image/png;base64,", html)).hasSize(made);
    assertThat(found("<img", html)).hasSize(seen + made);
    assertThat(html).doesNotContain("http://", "https://", "<link", "@import", "url(");
    assertThat(html).containsOnlyOnce("<script>").contains("script-src &#39;sha256-");
    assertThat(found("(src|href)=\"(?!data:|#)[^\"]*", html)).isEmpty();
    assertThat(html).doesNotContain(first.toString());
  }

  @Test
  void should_say_that_clip_is_a_small_one_where_it_names_it_first() throws IOException {
    String text = Files.readString(first.resolve("report.html")).replaceAll("<[^>]*>", " ");
    assertThat(text.substring(0, text.indexOf("CLIP"))).endsWith("by the small ");
  }

  @Test
  void should_show_failures_beside_hits() {
    int[] ranks = scores(Method.MINDEYE).all().brainToImage().ranks();
    List<Example> examples = result.evaluation().examples();
    List<Example> missed = examples.stream().filter(example -> !example.isFound()).toList();

    assertThat(examples)
        .allMatch(e -> (e.nearest().get(0).id() == e.sample()) == e.isFound())
        .allMatch(e -> e.rank() == ranks[e.sample()]);
    assertThat(missed).hasSize(5);
    assertThat(missed.get(0).rank()).isEqualTo(Arrays.stream(ranks).max().orElseThrow());
    assertThat(missed).extracting(Example::rank).isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void should_cut_nothing_on_a_phone_and_on_a_desk() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");

    assertThat(PageLayout.measure(browser.get(), first.resolve("report.html"), folder, 390, 1280))
        .hasSize(2)
        .allSatisfy(
            layout -> {
              assertThat(layout.pageWidth()).isLessThanOrEqualTo(layout.width());
              assertThat(layout.stickingOut()).isEmpty();
              assertThat(layout.smallestText()).isGreaterThanOrEqualTo(11);
            });
  }

  @Test
  void should_have_a_ceiling_above_chance() {
    MethodScores ceiling = scores(Method.NOISE_CEILING);
    assertThat(ceiling.all().brainToImage().top1()).isGreaterThan(4.0 / 24);
    assertThat(ceiling.all().imageToBrain().top1()).isGreaterThan(4.0 / 24);
    assertThat(ceiling.pools().chance()).isEqualTo(1.0 / 12);
  }

  @Test
  void should_tell_what_it_does_and_since_when() {
    List<String> lines =
        PRINTED
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.matches(".* s] \\d+ of \\d+[:,] .*")) // now and then
            .toList();

    assertThat(lines).hasSize(17);
    assertThat(lines.get(0))
        .matches(
            "\\[ +\\d\\.\\d s] painting 88 scenes and showing each 3 times to a simulated brain of"
                + " 60 voxels");
    assertThat(lines.get(1)).contains("wrote the dataset to " + first.resolve("data"));
    assertThat(lines.get(2)).containsPattern("training [0-9,]+ parameters for 3 epochs on 48");
    assertThat(lines.get(3)).startsWith("epoch 1/3 (BiMixCo)");
    assertThat(lines.get(4))
        .isEqualTo("SoftCLIP takes over from BiMixCo: losses before and after do not compare");
    assertThat(lines.subList(5, 7)).allMatch(line -> line.startsWith("epoch "));
    assertThat(lines.get(7))
        .containsPattern("training a low-level network of [0-9,]+ parameters for 2 epochs");
    assertThat(lines.subList(8, 10)).allMatch(line -> line.startsWith("epoch "));
    assertThat(lines.get(10)).contains("painting 24 test images");
    assertThat(lines.get(11)).contains("evaluating on 24 test images");
  }

  @Test
  void should_leave_no_native_memory_behind() throws IOException {
    LeakCheck.Census before = LeakCheck.census();
    Miniature.run(Miniature.config(folder, 3));

    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  /** The same figures by the way that real data take, also after the folder was moved. */
  @Test
  void should_be_scored_like_any_run() throws IOException {
    Path moved = folder.resolve("moved");
    copy(first, moved);

    CommandRun run = CommandRun.of("evaluate-run", moved, "--out", folder);

    assertThat(run.err()).isEmpty();
    JsonNode own = new ObjectMapper().readTree(first.resolve("report.json").toFile());
    JsonNode again = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    // A pool of 300 is all of these pictures.
    assertThat(again.at("/test/pool_size").asInt()).isEqualTo(24);
    for (String same : List.of("ranks", "comparison", "ridge", "prior", "history", "record")) {
      assertThat(again.get(same)).as(same).isEqualTo(own.get(same));
    }
    assertThat(again.at("/ranks/noise_ceiling/brain_to_image")).hasSize(24);
    assertThat(again.get("step").asInt()).isEqualTo(9);
    assertThat(moved.resolve("report.json")).hasSameBinaryContentAs(first.resolve("report.json"));
    assertThat(CommandRun.of("evaluate-run", moved, "--step=3").err())
        .contains("no checkpoints but the weights of the last epoch; leave --step out");
    assertThat(CommandRun.of("train", "--resume", moved).code()).isEqualTo(1);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
