// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.FeatureScore;
import org.mindeye.evaluation.protocol.ImagePair;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.protocol.MissingMetric;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;

/** Files as they are published, folders of them, and what is refused. */
class MetricNetworksTest {
  private static final FeatureConfig PAPER = FeatureConfig.paper();

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  /** AlexNet's tensors without those of the classifier that are large. */
  private static Map<String, Shape> alexNet() {
    Map<String, Shape> shapes = Weights.table(MetricNetwork.ALEXNET).shapes();
    shapes.keySet().removeIf(name -> name.matches("classifier\\.[14]\\.weight"));
    return shapes;
  }

  private static FeatureNetwork load(MetricNetwork kind, Path file) throws IOException {
    return FeatureNetwork.load(kind, file, PAPER, Device.cpu());
  }

  private float[] seen(Path file) throws IOException {
    NDArray pixels = ParityGenerator.input(manager, 4, new Shape(1, 3, 64, 64));
    try (FeatureNetwork network = load(MetricNetwork.ALEXNET, file)) {
      return network.forward(pixels).get("features.11").toFloatArray();
    }
  }

  @Test
  void should_be_the_same_from_every_container() throws IOException {
    PublishedWeights weights = PublishedWeights.of(alexNet());
    float[] expected = seen(weights.write(folder, "plain", Form.SAFETENSORS));
    assertThat(expected).isNotEmpty();
    for (Form form : new Form[] {Form.BIN, Form.LEGACY_BIN, Form.HALF_BIN}) {
      Path file = weights.write(folder, form.name(), form);
      assertThat(seen(file)).as(form.name()).containsExactly(expected);
    }
  }

  /** SwAV's: the weights of a parallel training with its own heads, without a classifier. */
  @Test
  void should_load_what_swav_publishes() throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Weights.table(MetricNetwork.RESNET50)
        .shapes()
        .forEach((name, shape) -> shapes.put("module." + name, shape));
    shapes.keySet().removeIf(name -> name.startsWith("module.fc."));
    shapes.put("module.projection_head.0.weight", new Shape(2048, 4));
    shapes.put("module.projection_head.1.running_mean", new Shape(4));
    shapes.put("module.prototypes.weight", new Shape(3, 4));
    Path written = PublishedWeights.of(shapes).write(folder, "swav", Form.LEGACY_BIN);
    Path file = Files.move(written, folder.resolve("swav_800ep_pretrain.pth.tar"));
    try (MetricNetworks networks = MetricNetworks.load(folder, PAPER, Device.cpu())) {
      FeatureExtractor extractor = networks.extractors().get(0);
      assertThat(networks.extractors()).hasSize(1);
      assertThat(extractor.name()).isEqualTo("SwAV");
      assertThat(extractor.shape()).isEqualTo(new Shape(2048));
      assertThat(extractor.source()).isEqualTo(file.getFileName().toString());
    }
  }

  @Test
  void should_say_which_files_are_missing_and_where_they_come_from() throws IOException {
    Weights.write(folder.resolve("alexnet-owt-7be5be79.safetensors"), MetricNetwork.ALEXNET);
    try (MetricNetworks networks =
        MetricNetworks.load(folder, PAPER.withPrecision(Precision.BFLOAT16), Device.cpu())) {
      assertThat(networks.extractors())
          .extracting(FeatureExtractor::name)
          .containsExactly("AlexNet(2)", "AlexNet(5)");
      assertThat(networks.config()).isEqualTo(PAPER.withPrecision(Precision.BFLOAT16));
      assertThat(networks.missing())
          .containsExactly(
              folder.resolve("inception_v3_google-0cc3c7bd.pth")
                  + " is missing: it is Inception-v3, for the score Inception. Get it from"
                  + " torchvision's published models, file inception_v3_google-0cc3c7bd.pth. Its"
                  + " SHA-256 sum begins with 0cc3c7bd. This library downloads nothing.",
              folder.resolve("clip-vit-large-patch14/model.safetensors")
                  + " is missing: it is OpenAI's CLIP ViT-L/14, whose image tower makes the"
                  + " embeddings MindEye predicts. Get it from openai/clip-vit-large-patch14, the"
                  + " safetensors file in Hugging Face's layout. This library downloads nothing.",
              folder.resolve("efficientnet_b1-c27df63c.pth")
                  + " is missing: it is EfficientNet-B1 (second weights), for the score EffNet-B."
                  + " Get it from torchvision's published models, file"
                  + " efficientnet_b1-c27df63c.pth. Its SHA-256 sum begins with c27df63c. This"
                  + " library downloads nothing.",
              folder.resolve("swav_800ep_pretrain.pth.tar")
                  + " is missing: it is ResNet-50 trained with SwAV for 800 epochs, for the score"
                  + " SwAV. Get it from the SwAV release (deepcluster), file"
                  + " swav_800ep_pretrain.pth.tar. This library downloads nothing.");
    }
  }

  /** What was seen is painted again, but for a little noise: all features know it again. */
  private PairSource pairs(int count) {
    return new PairSource() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public ImagePair read(int index, NDManager owner) {
        Shape shape = new Shape(1, 3, 64, 64);
        NDArray seen = ParityGenerator.input(owner, 10 + index, shape, 0.4, 0.5);
        NDArray noise = ParityGenerator.input(owner, 90 + index, shape, 0.05, 0);
        return ImagePair.of("image " + index, ImageBatch.of(seen), ImageBatch.of(seen.add(noise)));
      }
    };
  }

  @Test
  void should_join_an_evaluation_with_reasons_for_what_is_missing() throws IOException {
    Weights.write(folder.resolve("alexnet-owt-7be5be79.safetensors"), MetricNetwork.ALEXNET);
    try (MetricNetworks networks = MetricNetworks.load(folder, PAPER, Device.cpu())) {
      EvaluationResult result =
          networks
              .addTo(ReconstructionEvaluator.of(EvaluationProtocol.mindEye1()))
              .evaluate(pairs(3), Device.cpu());

      assertThat(result.scores())
          .filteredOn(score -> score.metric().startsWith("AlexNet"))
          .hasSize(2)
          .allSatisfy(score -> assertThat(score.mean()).isEqualTo(1));
      assertThat(result.missing()).hasSize(4);
      assertThat(result.missing().toString())
          .contains("SwAV", "swav_800ep_pretrain.pth.tar is missing");
    }
  }

  @Test
  void should_leave_out_what_a_protocol_does_not_ask_for() throws IOException {
    Weights.write(folder.resolve("alexnet-owt-7be5be79.safetensors"), MetricNetwork.ALEXNET);
    EvaluationProtocol shorter =
        EvaluationProtocol.mindEye1()
            .named("SHORT", 1)
            .withFeatures(
                List.of(
                    new FeatureScore("AlexNet(5)", FeatureScore.Kind.CORRELATION_DISTANCE),
                    new FeatureScore("SwAV", FeatureScore.Kind.CORRELATION_DISTANCE)));
    try (MetricNetworks networks =
        MetricNetworks.load(folder, PAPER.withPrecision(Precision.BFLOAT16), Device.cpu())) {
      EvaluationResult result =
          networks.addTo(ReconstructionEvaluator.of(shorter)).evaluate(pairs(3), Device.cpu());

      assertThat(result.scores())
          .extracting(MetricScore::metric)
          .containsExactly("PixCorr", "SSIM", "AlexNet(5)");
      assertThat(result.missing()).extracting(MissingMetric::metric).containsExactly("SwAV");
      assertThat(result.weights())
          .containsOnly(Map.entry("AlexNet(5)", "alexnet-owt-7be5be79.safetensors in BFLOAT16"));
    }
  }

  @Test
  void should_refuse_a_protocol_that_resizes_otherwise() throws IOException {
    Weights.write(folder.resolve("alexnet-owt-7be5be79.safetensors"), MetricNetwork.ALEXNET);
    FeatureConfig smooth = PAPER.withAntialias(Antialias.ON);
    ReconstructionEvaluator published = ReconstructionEvaluator.of(EvaluationProtocol.mindEye1());
    try (MetricNetworks networks = MetricNetworks.load(folder, smooth, Device.cpu())) {
      assertThatThrownBy(() -> networks.addTo(published))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "networks: expected antialiasing OFF, as protocol MINDEYE1 resizes, but they were"
                  + " loaded with ON; load them with FeatureConfig.withAntialias");
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void should_find_clip_where_it_is_kept(Place place) throws IOException {
    VisionTransformerConfig config =
        new VisionTransformerConfig(8, 16, 2, 2, new PatchGrid(28, 14), 6, Nonlinearity.GELU);
    try (ClipVisionTransformer tower = new ClipVisionTransformer(config)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(1));
      Path file = folder.resolve(place.file);
      Files.createDirectories(file.getParent());
      WeightFiles.write(file, tower, place.described ? Map.of() : config.metadata());
      if (place.described) {
        Files.writeString(file.resolveSibling("config.json"), config.toJson());
      }
    }
    try (MetricNetworks networks = MetricNetworks.load(folder, PAPER, Device.cpu())) {
      assertThat(networks.extractors())
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.name()).isEqualTo("CLIP");
                assertThat(found.side()).isEqualTo(28);
                assertThat(found.size()).isEqualTo(6);
              });
      assertThat(networks.missing()).hasSize(4);
    }
  }

  /** Where CLIP's weights may be. */
  enum Place {
    FOLDER("clip-vit-large-patch14/model.safetensors", false),
    DESCRIBED("clip-vit-large-patch14/model.safetensors", true),
    FILE("clip-vit-large-patch14.safetensors", false);

    private final String file;
    private final boolean described;

    Place(String file, boolean described) {
      this.file = file;
      this.described = described;
    }
  }

  @Test
  void should_prefer_the_published_file() throws IOException {
    Path safetensors = folder.resolve("alexnet-owt-7be5be79.safetensors");
    Path published = folder.resolve("alexnet-owt-7be5be79.pth");
    Files.createFile(safetensors);
    assertThat(MetricNetwork.ALEXNET.find(folder)).contains(safetensors);
    Files.createFile(published);
    assertThat(MetricNetwork.ALEXNET.find(folder)).contains(published);
    assertThat(MetricNetwork.RESNET50.find(folder)).isEmpty();
    Path swav = Files.createFile(folder.resolve("swav_800ep_pretrain.safetensors"));
    assertThat(MetricNetwork.RESNET50.find(folder)).contains(swav);
  }

  @Test
  void should_name_all_that_does_not_fit_at_once() throws IOException {
    Map<String, NDArray> tensors = new TreeMap<>(Weights.used(MetricNetwork.ALEXNET, manager));
    tensors.remove("features.3.bias");
    tensors.put("features.0.bias", manager.zeros(new Shape(63)));
    tensors.put("features.12.weight", manager.zeros(new Shape(2)));
    tensors.put("classifier.2.weight", manager.zeros(new Shape(2)));
    tensors.put("classifier.6.weight", manager.zeros(new Shape(2)));
    Path file = folder.resolve("alexnet-owt-7be5be79.safetensors");
    WeightFiles.write(file, tensors, Map.of());
    int before = LeakCheck.census().managers();
    assertThatThrownBy(() -> MetricNetworks.load(folder, PAPER, Device.cpu()))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessage(
            file
                + " does not fit AlexNet:\n"
                + "  missing from the file (1):\n"
                + "    features.3.bias\n"
                + "  in the file, but not in the network (2):\n"
                + "    classifier.2.weight\n"
                + "    features.12.weight\n"
                + "  different (1):\n"
                + "    features.0.bias FLOAT32 (63) in the file, float32 (64) in the network");
    assertThat(LeakCheck.census().managers()).isEqualTo(before);
  }

  /** Statistics are part of the norm: a file without them is not the network's. */
  @Test
  void should_miss_statistics_too() throws IOException {
    Map<String, NDArray> tensors = new TreeMap<>(Weights.used(MetricNetwork.RESNET50, manager));
    tensors.remove("layer1.0.bn1.running_var");
    Path file = folder.resolve("weights.safetensors");
    WeightFiles.write(file, tensors, Map.of());
    assertThatThrownBy(() -> load(MetricNetwork.RESNET50, file))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessage(
            file
                + " does not fit ResNet50:\n"
                + "  missing from the file (1):\n"
                + "    layer1.0.bn1.running_var");
  }

  @Test
  void should_refuse_what_it_cannot_load() throws IOException {
    Path absent = folder.resolve("swav_800ep_pretrain.pth.tar");
    assertThatThrownBy(() -> load(MetricNetwork.RESNET50, absent))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("it is ResNet-50 trained with SwAV for 800 epochs");
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> MetricNetworks.load(nowhere, PAPER, Device.cpu()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(nowhere + ": no such folder of weights");
    Path text = Files.writeString(folder.resolve("note.txt"), "text");
    assertThatThrownBy(() -> MetricNetworks.load(text, PAPER, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("a folder with the published weights of the metrics' networks");
    Path file = Weights.write(folder.resolve("weights.safetensors"), MetricNetwork.ALEXNET);
    FeatureConfig integers = PAPER.withPrecision(Precision.INT8_WEIGHTS);
    assertThatThrownBy(
            () -> FeatureNetwork.load(MetricNetwork.ALEXNET, file, integers, Device.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("AlexNet: expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
    assertThatThrownBy(() -> PAPER.withChunk(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chunk: expected at least 1 but was 0");
  }

  @Test
  void should_recognise_networks_by_all_their_tensors() throws IOException {
    for (MetricNetwork kind : MetricNetwork.values()) {
      if (kind != MetricNetwork.CLIP) {
        Path file = Weights.write(folder.resolve(kind.name()), kind);
        try (StateDict weights = WeightFiles.open(file)) {
          assertThat(MetricNetwork.recognize(weights)).contains(kind);
          assertThat(MetricNetwork.recognize(weights.renamed(name -> "module." + name)))
              .contains(kind);
          assertThat(MetricNetwork.recognize(weights.filtered(name -> !name.endsWith(".bias"))))
              .isEmpty();
        }
      }
    }
  }

  @Test
  void should_refuse_what_does_not_fit_into_memory() {
    for (MetricNetwork kind : MetricNetwork.values()) {
      kind.convolutional()
          .ifPresent(
              network ->
                  assertThatThrownBy(
                          () ->
                              FeatureMemory.requireLoadable(
                                  kind, network.get(), PAPER, MemoryBudget.of(1 << 20, "a test")))
                      .hasMessageStartingWith("loading " + kind + " of ")
                      .hasMessageContaining("activations"));
    }
  }

  @Test
  void should_need_memory_by_the_chunk() {
    for (MetricNetwork kind : MetricNetwork.values()) {
      long one = FeatureMemory.inference(kind, PAPER.withChunk(1)).activations();
      assertThat(one).isPositive();
      assertThat(FeatureMemory.inference(kind, PAPER.withChunk(5)).activations())
          .isEqualTo(5 * one);
      FeatureConfig half = PAPER.withPrecision(Precision.BFLOAT16);
      assertThat(FeatureMemory.inference(kind, half).total())
          .isLessThan(FeatureMemory.inference(kind, PAPER).total());
    }
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    Path file =
        Weights.write(folder.resolve("alexnet-owt-7be5be79.safetensors"), MetricNetwork.ALEXNET);
    LeakCheck.assertNoLeak(
        5,
        () -> {
          try (StateDict weights = WeightFiles.open(file);
              FeatureNetwork network =
                  FeatureNetwork.load(MetricNetwork.ALEXNET, weights, PAPER, Device.cpu());
              MetricNetworks networks = MetricNetworks.load(folder, PAPER, Device.cpu())) {
            assertThat(networks.extractors()).hasSameSizeAs(network.extractors());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
