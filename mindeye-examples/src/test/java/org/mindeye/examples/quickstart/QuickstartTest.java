package org.mindeye.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.examples.report.Figures;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.testkit.LeakCheck;
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
      assertThat(files.filter(Files::isRegularFile).map(f -> first.relativize(f).toString()))
          .containsExactlyInAnyOrder(
              "report.html",
              "report.json",
              "training.jsonl",
              "model.safetensors",
              "clip.safetensors",
              "clip.json",
              "data/metadata_subj99.json",
              "data/train/train_subj99_0.tar",
              "data/val/val_subj99_0.tar",
              "data/test/test_subj99_0.tar");
    }
  }

  @Test
  void should_report_the_same_bytes_for_the_same_seed() throws IOException {
    Miniature.run(Miniature.config(folder, 1));

    assertThat(folder.resolve("report.json")).hasSameBinaryContentAs(first.resolve("report.json"));
    assertThat(folder.resolve("training.jsonl"))
        .hasSameBinaryContentAs(first.resolve("training.jsonl"));
    assertThat(folder.resolve("model.safetensors"))
        .hasSameBinaryContentAs(first.resolve("model.safetensors"));
    for (Split split : Split.values()) {
      String shard = "data/" + split.folder() + "/" + split.folder() + "_subj99_0.tar";
      assertThat(folder.resolve(shard)).hasSameBinaryContentAs(first.resolve(shard));
    }
  }

  @Test
  void should_replace_an_earlier_run_in_the_same_folder() throws IOException {
    Miniature.run(Miniature.config(folder, 2));
    byte[] before = Files.readAllBytes(folder.resolve("report.json"));
    Files.writeString(folder.resolve("data/train/notes.txt"), "mine");

    Miniature.run(Miniature.config(folder, 1));

    assertThat(Files.readAllBytes(folder.resolve("report.json"))).isNotEqualTo(before);
    assertThat(folder.resolve("report.json")).hasSameBinaryContentAs(first.resolve("report.json"));
    assertThat(folder.resolve("data/train/notes.txt")).hasContent("mine");
  }

  @Test
  void should_write_a_dataset_that_any_reader_reads() throws IOException {
    int read = 0;
    for (Split split : Split.values()) {
      try (NsdWebDataset dataset =
          NsdWebDataset.open(first.resolve("data"), World.SUBJECT, split, ReaderConfig.of(60))) {
        for (var trial : dataset.readAll()) {
          assertThat(trial.key()).isEqualTo("sample%011d".formatted(read));
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
    assertThat(json.at("/record/djl").asText()).isEqualTo("0.36.0");
    assertThat(json.at("/record/device").asText()).isEqualTo("cpu");
    assertThat(json.at("/record/targets/training").asText()).isEqualTo("encoded once");
    assertThat(json.at("/record/training/samples").asInt()).isEqualTo(48);
    assertThat(json.get("parameters").asLong()).isEqualTo(result.parameters());
    assertThat(json.get("images").toString())
        .isEqualTo("{\"training\":48,\"validation\":16,\"test\":24}");
    assertThat(json.get("test").get("chance").asDouble()).isEqualTo(1.0 / 12);
    assertThat(json.get("test").get("mindeye").get("pool_size").asInt()).isEqualTo(12);
    assertThat(json.get("test").get("ridge").get("brain_to_image").get("pool_top1").asDouble())
        .isEqualTo(result.ridge().pools().brainToImage().mean());
    assertThat(json.get("test").get("mindeye").get("image_to_brain").get("all_top1").asDouble())
        .isEqualTo(result.mindEye().all().imageToBrain().top1());
    assertThat(json.get("voxel_noise_ceiling_percent").asDouble())
        .isEqualTo(result.voxelCeiling().medianPercent(3));
    assertThat(json.get("verdict").asText()).isEqualTo(result.verdict().name());
    assertThat(json.get("ridge").get("grid")).hasSize(result.baseline().grid().size());
    assertThat(json.get("history")).hasSize(3);
    assertThat(json.get("history").get(2).get("training").get("total").asDouble())
        .isEqualTo(result.history().get(2).training().total());
  }

  @Test
  void should_report_the_effect_of_the_prior_to_programs() throws IOException {
    JsonNode json = new ObjectMapper().readTree(first.resolve("report.json").toFile()).get("prior");

    assertThat(json.get("layers").get("depth").asInt()).isEqualTo(1);
    assertThat(json.get("process").get("timesteps").asInt()).isEqualTo(100);
    assertThat(json.get("sampler_steps").asInt()).isEqualTo(20);
    assertThat(json.get("draws").asInt()).isEqualTo(4);
    assertThat(json.get("backbone_tokens").get("cosine").asDouble())
        .isEqualTo(result.prior().before().cosine());
    assertThat(json.get("one_sample").get("error").asDouble())
        .isEqualTo(result.prior().sample().error());
    assertThat(json.get("mean_of_draws").get("error").asDouble())
        .isEqualTo(result.prior().mean().error())
        .isLessThan(result.prior().sample().error());
    assertThat(json.get("mean_training_target").get("error").asDouble()).isEqualTo(1);
  }

  @Test
  void should_train_the_prior_beside_the_backbone() {
    double before = result.history().get(0).validation().losses().prior();
    double after = result.history().get(2).validation().losses().prior();

    assertThat(after).isPositive().isLessThan(before);
    assertThat(result.prior().sample().cosine()).isBetween(-1.0, 1.0);
  }

  /** The reported figures come out of the saved files, too. */
  @Test
  void should_save_what_other_commands_need() throws IOException {
    QuickstartConfig config = Miniature.config(first, 1);
    var shape =
        new ObjectMapper().readValue(config.clipConfig().toFile(), VisionTransformerConfig.class);
    assertThat(shape).isEqualTo(config.clip());
    try (ClipImageEncoder clip = ClipImageEncoder.load(config.clipWeights(), Device.cpu());
        BackboneEncoder backbone = BackboneEncoder.load(config.modelWeights(), Device.cpu());
        DiffusionPrior prior = DiffusionPrior.load(config.modelWeights(), Device.cpu())) {
      QuickstartData data = QuickstartData.read(config, clip);

      assertThat(PriorEffect.measure(backbone, prior, data, 1)).isEqualTo(result.prior());
    }
    try (MindEyeModel model = config.model().allocated(Device.cpu());
        StateDict file = WeightFiles.open(config.modelWeights())) {
      model.copyFrom(file);
      assertThat(file.metadata()).containsOnlyKeys("mindeye.model", "mindeye.record");
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

    assertThat(found("(?<=<h2 id=\"section-\\d\">)[^<]+", html))
        .containsExactly(
            "What was seen, and what was found",
            "Beside the alternatives",
            "What the prior adds",
            "Training",
            "What the data are",
            "Who made this");
    assertThat(html)
        .contains("MindEye quickstart", "Seed 1, ", "top-1 among 12 pictures", "8.3 %")
        .contains(
            "60 voxels, 30 of them retinotopic", "and 30 semantic", "saw each picture 3 times")
        .contains(Figures.percent(result.mindEye().pools().brainToImage()));
    assertThat(html)
        .contains(
            "Top-1 among 12, 30 random pools",
            "Ridge: penalty chosen on",
            "Training loss, contrastive part")
        .contains(
            "Validation retrieval among 16", "Loss of the diffusion prior", "prior, one sample")
        .contains("30 times the squared error of the diffusion prior");
  }

  /** Ten queries with the picture seen and five found, inside the file. */
  @Test
  void should_hold_all_images_and_load_nothing() throws IOException {
    String html = Files.readString(first.resolve("report.html"));

    assertThat(found("<img [^>]*src=\"data:image/jpeg;base64,", html)).hasSize(60);
    assertThat(found("<img", html)).hasSize(60);
    assertThat(html).doesNotContain("http://", "https://", "<script", "<link", "@import", "url(");
    assertThat(found("(src|href)=\"(?!data:|#)[^\"]*", html)).isEmpty();
    assertThat(html).doesNotContain(first.toString());
  }

  @Test
  void should_find_examples_with_the_pipeline_as_the_scores_do() {
    long right =
        result.examples().stream().filter(e -> e.nearest().get(0).id() == e.sample()).count();
    assertThat(result.examples()).hasSize(10);
    int hits = 0;
    for (int i = 0; i < 10; i++) {
      hits += result.mindEye().all().brainToImage().ranks()[i] == 1 ? 1 : 0;
    }
    assertThat(right).isEqualTo(hits);
  }

  @Test
  void should_have_a_ceiling_above_chance() {
    assertThat(result.ceiling().all().brainToImage().top1()).isGreaterThan(4.0 / 24);
    assertThat(result.ceiling().all().imageToBrain().top1()).isGreaterThan(4.0 / 24);
    assertThat(result.ceiling().pools().chance()).isEqualTo(1.0 / 12);
  }

  @Test
  void should_tell_what_it_does_and_since_when() {
    List<String> lines = PRINTED.toString(StandardCharsets.UTF_8).lines().toList();

    assertThat(lines).hasSize(7);
    assertThat(lines.get(0))
        .matches(
            "\\[ +\\d\\.\\d s] painting 88 scenes and showing each 3 times to a simulated brain of"
                + " 60 voxels");
    assertThat(lines.get(1)).contains("wrote the dataset to " + first.resolve("data"));
    assertThat(lines.get(2)).containsPattern("training [0-9,]+ parameters for 3 epochs on 48");
    assertThat(lines.subList(3, 6)).allMatch(line -> line.startsWith("epoch "));
    assertThat(lines.get(6)).contains("evaluating on 24 test images");
  }

  @Test
  void should_leave_no_native_memory_behind() throws IOException {
    LeakCheck.Census before = LeakCheck.census();
    Miniature.run(Miniature.config(folder, 3));

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
