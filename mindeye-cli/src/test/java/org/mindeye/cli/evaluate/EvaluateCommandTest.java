// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureExtractor;
import org.mindeye.evaluation.network.MetricNetworks;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.protocol.MissingMetric;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.safetensors.SafetensorsItem;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;
import org.mindeye.testkit.SavedTensor;
import org.mindeye.testkit.TorchvisionWeights;

class EvaluateCommandTest {
  private static final int COUNT = 6;
  private static final List<Integer> NUMBERS = IntStream.range(0, COUNT).boxed().toList();
  private static final SmallPictures SEEN = SmallPictures.seen(COUNT, 32);
  private static final SmallPictures PAINTED = SmallPictures.painted(COUNT, 48);
  private static final String[] FILES = {
    "evaluation.json", "images.csv", "report.html", "scores.csv", "scores.md", "scores.tex"
  };

  private static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(16, 32, 1, 2, new PatchGrid(64, 32), 8, Nonlinearity.QUICK_GELU);

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static Path seen;
  private static Path painted;
  private static Path weights;

  @BeforeAll
  static void draw() throws IOException {
    seen = SEEN.folder(place.resolve("seen"), "coco_%d.png", NUMBERS);
    painted = PAINTED.folder(place.resolve("painted"), "%06d.png", NUMBERS);
    weights = Files.createDirectory(place.resolve("weights"));
    Map<String, Shape> alexNet = TorchvisionWeights.of("alexnet").shapes();
    alexNet.keySet().removeIf(name -> name.startsWith("classifier."));
    PublishedWeights.of(alexNet).write(weights, "alexnet-owt-7be5be79", Form.SAFETENSORS);
    try (ClipVisionTransformer tower = new ClipVisionTransformer(TOWER)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(1));
      Path file = weights.resolve("clip-vit-large-patch14.safetensors");
      WeightFiles.write(file, tower, TOWER.metadata());
    }
  }

  private CommandRun evaluate(Path images, Path recons, String... more) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate"));
    arguments.addAll(List.of("--images=" + images, "--recons=" + recons, "--out=" + out()));
    arguments.addAll(List.of("--bootstrap=200", "--permutations=200"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private Path out() {
    return folder.resolve("out");
  }

  private EvaluationResult result() throws IOException {
    return Document.read(out().resolve("evaluation.json")).as(EvaluationResult.class);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void should_score_folders_as_the_library_does() throws IOException {
    CommandRun run = evaluate(seen, painted, "--weights=" + weights);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(names(out())).containsExactly(FILES);
    EvaluationResult expected = expected();
    EvaluationResult result = result();
    assertThat(result.inputs()).isEqualTo(expected.inputs());
    assertThat(result.scores().stream().map(MetricScore::metric))
        .containsExactly("PixCorr", "SSIM", "AlexNet(2)", "AlexNet(5)", "CLIP");
    for (MetricScore score : expected.scores()) {
      MetricScore ours = result.score(score.metric()).orElseThrow();
      assertThat(ours.each()).as(score.metric()).isEqualTo(score.each());
      assertThat(ours.significance().chance()).isEqualTo(score.significance().chance());
    }
    assertThat(result.missing().stream().map(MissingMetric::metric))
        .containsExactly("Inception", "EffNet-B", "SwAV");
    assertThat(result.weights())
        .containsEntry("AlexNet(5)", "alexnet-owt-7be5be79.safetensors")
        .containsEntry("CLIP", "clip-vit-large-patch14.safetensors");
  }

  /** From tensors, without the command. */
  private static EvaluationResult expected() throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu());
        MetricNetworks networks =
            MetricNetworks.load(weights, FeatureConfig.paper(), Device.cpu())) {
      PairSource pairs =
          PairSource.of(
              NUMBERS.stream().map(Object::toString).toList(),
              batch(SEEN, owner),
              batch(PAINTED, owner));
      ReconstructionEvaluator evaluator = ReconstructionEvaluator.of(EvaluationProtocol.mindEye1());
      for (FeatureExtractor network : networks.extractors()) {
        evaluator = evaluator.with(network.name(), network.source(), network::features);
      }
      return evaluator.evaluate(pairs, Device.cpu());
    }
  }

  private static ImageBatch batch(SmallPictures pictures, NDManager owner) {
    return ImageBatch.of(Torch.copy(owner, pictures.floats(), new Shape(pictures.shape())));
  }

  @Test
  void should_print_a_table_beside_what_was_published() throws IOException {
    CommandRun run = evaluate(seen, painted, "--weights=" + weights);

    String pixels = String.format(Locale.ROOT, "%.3f", result().score("PixCorr").get().mean());
    assertThat(run.out())
        .startsWith("MINDEYE1: 6 pairs by id")
        .containsPattern("PixCorr +higher +" + pixels + " +[0-9.]+ to [0-9.]+ +.* 0\\.392\n")
        .containsPattern("CLIP +higher +[0-9.]+ % +[0-9.]+ % to [0-9.]+ % +50\\.0 % .* 94\\.3 %\n")
        .containsPattern("SwAV +lower +not computed +– +– +– +0\\.358\n")
        .contains("Published MindEye, subject 1, painted: output saved in the notebook")
        .contains("warning: MINDEYE1 is of 982 images and these are 6: scores do not compare")
        .endsWith("report: " + out().resolve("report.html") + System.lineSeparator());
    assertThat(run.out().replaceAll("\\s+", " ")) // where lines end depends on the folder's name
        .contains("Inception: " + weights + "/inception_v3_google-0cc3c7bd.pth is missing: it is");
    assertThat(Files.readString(out().resolve("scores.csv")))
        .contains("These reconstructions,pixcorr,higher,", "painted\",swav,lower,0.357754,");
    assertThat(Files.readString(out().resolve("scores.md"))).contains("| PixCorr ↑ | SSIM ↑ |");
    assertThat(Files.readString(out().resolve("scores.tex"))).contains("\\begin{tabular}{lrrrrr");
    List<String> images = Files.readAllLines(out().resolve("images.csv"));
    assertThat(images).hasSize(1 + COUNT);
    assertThat(images.get(0)).isEqualTo("picture,pixcorr,ssim,alexnet_2,alexnet_5,clip");
    assertThat(images.get(3)).startsWith("2," + result().score("PixCorr").get().each().get(2));
    assertThat(Files.readString(out().resolve("report.html")))
        .contains("seen picture of 0", "reconstruction of 5", "Pictures by CLIP", "Not computed");
  }

  @Test
  void should_say_what_is_needed_for_the_other_metrics() {
    String lines = evaluate(seen, painted).out().replaceAll("\\s+", " ");

    assertThat(lines)
        .contains(
            "AlexNet(2), AlexNet(5): give --weights, a folder with alexnet-owt-7be5be79.pth, from"
                + " torchvision's published models Inception: give")
        .contains("SwAV: give --weights, a folder with swav_800ep_pretrain.pth.tar, from the SwAV");
  }

  @Test
  void should_warn_of_pictures_whose_score_is_undefined() throws IOException {
    Path gray = folder.resolve("gray.npy");
    Npy.write(gray, HeapArray.ofFloats(new float[SEEN.floats().length], SEEN.shape()));

    CommandRun run = evaluate(seen, gray);

    assertThat(run.out().replaceAll("\\s+", " "))
        .contains("warning: PixCorr is undefined for 6 images in which nothing differs, counted as")
        .contains("as unrelated: 0, 1, 2, 3, 4, … ");
  }

  @Test
  void should_read_every_kind_of_file_alike() throws IOException {
    assertThat(evaluate(seen, painted).err()).isEmpty();
    EvaluationResult folders = result();
    Path floats = folder.resolve("floats.npy");
    Npy.write(floats, HeapArray.ofFloats(SEEN.floats(), SEEN.shape()));
    Path bytes = folder.resolve("bytes.npy");
    Npy.write(bytes, PAINTED.bytes());
    Path archive = folder.resolve("bytes.npz");
    Npz.write(archive, Map.of("recons", PAINTED.bytes()));
    Path tensors = folder.resolve("bytes.safetensors");
    Safetensors.write(
        tensors, List.of(SafetensorsItem.of("recons", PAINTED.bytes())), Map.of("made", "here"));
    Path alone = SavedTensor.write(folder.resolve("all.pt"), SEEN.floats(), SEEN.shape());
    Path under =
        SavedTensor.writeUnder(
            folder.resolve("recons.pt"), "recons", PAINTED.floats(), PAINTED.shape());

    for (Path images : List.of(floats, alone)) {
      for (Path recons : List.of(bytes, archive, tensors, under)) {
        CommandRun run = evaluate(images, recons);
        assertThat(run.err()).as("%s %s", images, recons).isEmpty();
        assertThat(run.out()).startsWith("MINDEYE1: 6 pairs by order");
        assertThat(result()).isEqualTo(folders);
      }
    }
    assertThat(evaluate(alone, painted).out()).startsWith("MINDEYE1: 6 pairs by order");
    assertThat(result()).isEqualTo(folders);
  }

  @Test
  void should_take_numbers_that_lie_beside_an_array() throws IOException {
    Path recons = folder.resolve("recons.npz");
    byte[] turned = new byte[PAINTED.bytes().size()];
    for (int i = 0; i < COUNT; i++) {
      byte[] one = PAINTED.levels()[COUNT - 1 - i];
      System.arraycopy(one, 0, turned, i * one.length, one.length);
    }
    Npz.write(
        recons,
        Map.of(
            "pictures", HeapArray.ofBytes(turned, COUNT, 48, 48, 3),
            "coco_ids", HeapArray.ofLongs(new long[] {5, 4, 3, 2, 1, 0}, COUNT)));

    assertThat(evaluate(seen, recons).out()).startsWith("MINDEYE1: 6 pairs by id");
    EvaluationResult byId = result();
    assertThat(evaluate(seen, painted).err()).isEmpty();
    assertThat(byId).isEqualTo(result());
    assertThat(evaluate(seen, recons, "--pair=order").out())
        .startsWith("MINDEYE1: 6 pairs by order");
    assertThat(result().score("PixCorr").get().mean())
        .isLessThan(byId.score("PixCorr").get().mean());
  }

  @Test
  void should_print_the_result_for_programs() throws IOException {
    CommandRun run = evaluate(seen, painted, "--json", "--seed=3");

    assertThat(Document.parse("stdout", run.out()).as(EvaluationResult.class)).isEqualTo(result());
    assertThat(result().statistics().seed()).isEqualTo(3);
    assertThat(result().statistics().resamples()).isEqualTo(200);
    String page = Files.readString(out().resolve("report.html"));
    assertThat(evaluate(seen, painted, "--json", "--seed=3").out()).isEqualTo(run.out());
    assertThat(out().resolve("report.html")).hasContent(page);
  }

  @Test
  void should_blend_with_blurry_pictures() throws IOException {
    Path blurry = PAINTED.folder(folder.resolve("blurry"), "%d.png", NUMBERS);

    CommandRun run = evaluate(seen, seen, "--blurry=" + blurry, "--protocol=MINDEYE2");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("MINDEYE2: 6 pairs by id").contains("MINDEYE2 is of 1000");
    assertThat(result().score("PixCorr").get().mean()).isBetween(0.9, 0.9999);
    assertThat(Files.readString(out().resolve("report.html"))).contains("blurry picture of 0");
    assertThat(Files.readString(out().resolve("scores.csv"))).contains("MindEye2, subject 1");
  }

  @Test
  void should_score_by_a_protocol_of_ones_own() throws IOException {
    CommandRun printed = CommandRun.of("evaluate", "--print-protocol");
    assertThat(Document.parse("stdout", printed.out()).as(EvaluationProtocol.class))
        .isEqualTo(EvaluationProtocol.mindEye1());
    Path file = folder.resolve("ours.json");
    Files.writeString(file, printed.out().replace("\"OFF\"", "\"ON\""));
    assertThat(evaluate(seen, painted, "--protocol=" + file).err())
        .contains("protocol MINDEYE1: what was published under this name is fixed; call yours");
    Files.writeString(
        file,
        printed
            .out()
            .replace("\"OFF\"", "\"ON\"")
            .replace("MINDEYE1", "OURS")
            .replace("[ 256 ]", "[ 24 ]"));

    CommandRun run = evaluate(seen, painted, "--protocol=" + file);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("OURS: 6 pairs by id").doesNotContain("0.392");
    assertThat(result().protocol().images().antialias()).isEqualTo(Antialias.ON);
    double antialiased = result().score("PixCorr").get().mean();
    Files.writeString(file, Files.readString(file).replace("\"ON\"", "\"OFF\""));
    assertThat(evaluate(seen, painted, "--protocol=" + file).err()).isEmpty();
    assertThat(result().score("PixCorr").get().mean())
        .isCloseTo(antialiased, within(0.2))
        .isNotEqualTo(antialiased);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    evaluate(seen, painted, "--weights=" + weights); // compiles what stays
    LeakCheck.Census before = LeakCheck.census();
    evaluate(seen, painted, "--weights=" + weights);

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
