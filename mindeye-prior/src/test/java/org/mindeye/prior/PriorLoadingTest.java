package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.Half;
import org.mindeye.core.weights.MalformedFileException;
import org.mindeye.core.weights.Safetensors;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class PriorLoadingTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;

  @BeforeEach
  void open() {
    file = folder.resolve("last.safetensors");
  }

  /** A whole model as the original saves it: network, schedule and something of the backbone. */
  private Map<String, NDArray> model(DenoisingNetwork network, NoiseSchedule schedule) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    schedule
        .buffers()
        .forEach(
            (name, values) ->
                tensors.put(
                    "noise_scheduler." + name,
                    Torch.copy(manager, values, new Shape(values.length))));
    network.arrays().forEach((name, array) -> tensors.put("net." + name, array));
    tensors.put("voxel2clip.lin0.0.bias", manager.ones(new Shape(3)));
    return tensors;
  }

  private void write(Map<String, NDArray> tensors) throws IOException {
    Safetensors.write(file, tensors, Map.of());
  }

  @Test
  void should_load_whole_models_with_the_configuration_they_tell() throws IOException {
    NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.SIGMOID, 40);
    try (PriorNetwork network = PriorFixtures.small(3, 2)) {
      write(model(network, schedule));
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(((PriorNetwork) loaded.network()).config()).isEqualTo(network.config());
        assertThat(loaded.schedule()).isEqualTo(schedule);
        assertThat(loaded.config().scale()).isEqualTo(Math.sqrt(12));
        assertThat(loaded.config().brainDropout()).isEqualTo(0.2);
        assertSame(network, loaded.network());
      }
    }
  }

  /** The same as some frameworks save it: everything, or only a part, in a shorter float. */
  @ParameterizedTest
  @ValueSource(strings = {"half all", "brain all", "half tables", "brain schedule", "half network"})
  void should_load_models_saved_in_a_shorter_float(String how) throws IOException {
    NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.COSINE, 100);
    TransformerConfig layers = new TransformerConfig(1, 2, 32, 2, true, 0, 0);
    try (PriorNetwork network = new PriorNetwork(new PriorConfig(new ClipSpace(3, 8), layers))) {
      network.initialize(Device.cpu(), NoiseSource.seeded(3));
      Map<String, NDArray> tensors = model(network, schedule);
      float[] frequencies = RotaryPositions.frequencies(16);
      tensors.put(
          "net.causal_transformer.layers.0.0.rotary_emb.freqs",
          Torch.copy(manager, frequencies, new Shape(16)));
      tensors.replaceAll((name, array) -> isCut(how, name) ? cut(how, array) : array);
      write(tensors);
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(loaded.schedule()).isEqualTo(schedule);
        String weights = "causal_transformer.project_out.weight";
        boolean exact = !isCut(how, "net." + weights);
        NDArray expected = network.arrays().get(weights);
        assertThat(loaded.network().arrays().get(weights).toFloatArray())
            .isEqualTo((exact ? expected : cut(how, expected)).toFloatArray());
      }
    }
  }

  private static boolean isCut(String how, String name) {
    boolean table = name.endsWith(".freqs") || name.startsWith("noise_scheduler.");
    return switch (how.split(" ")[1]) {
      case "all" -> true;
      case "tables" -> table;
      case "schedule" -> name.startsWith("noise_scheduler.");
      default -> !name.startsWith("noise_scheduler.");
    };
  }

  /** Rounded, and kept as float32: what `convert` makes of such files. */
  private NDArray cut(String how, NDArray array) {
    float[] values = array.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          how.startsWith("half")
              ? Half.toFloat(Half.fromFloat(values[i]))
              : Float.intBitsToFloat((Float.floatToIntBits(values[i]) + 0x8000) & 0xffff0000);
    }
    return Torch.copy(manager, values, array.getShape());
  }

  @Test
  void should_name_the_priors_of_older_libraries() throws IOException {
    try (PriorNetwork network = PriorFixtures.small(3, 2)) {
      Map<String, NDArray> tensors = model(network, new NoiseSchedule(BetaSchedule.COSINE, 40));
      tensors.keySet().removeIf(name -> name.contains("null_"));
      write(tensors);
      assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("a prior without null tokens, as older versions of dalle2-pytorch");
    }
  }

  @Test
  void should_tell_rounded_schedules_apart() {
    for (int timesteps : new int[] {20, 100, 1000}) {
      for (BetaSchedule kind : BetaSchedule.values()) {
        double[] betas = kind.betas(timesteps);
        float[] halves = new float[timesteps];
        for (int t = 0; t < timesteps; t++) {
          halves[t] = Half.toFloat(Half.fromFloat((float) betas[t]));
        }
        assertThat(BetaSchedule.values())
            .filteredOn(other -> SavedTable.of(halves).matches(other.betas(timesteps)))
            .containsExactly(kind);
      }
    }
    assertThat(SavedTable.of(0.1f, 0.3f).matches(0.1, 0.30001)).isFalse();
    assertThat(SavedTable.of(0.5f, 0.25f).matches(0.501, 0.25)).isTrue();
    assertThat(SavedTable.of(0.5f, 0.25f).matches(0.5)).isFalse();
    assertThat(SavedTable.of(Float.NaN).matches(0.5)).isFalse();
  }

  @Test
  void should_load_final_layer_models() throws IOException {
    TransformerConfig layers = new TransformerConfig(2, 3, 8, 2, true, 0, 0);
    FinalLayerPriorConfig config = new FinalLayerPriorConfig(12, 5, 30, layers);
    try (FinalLayerPriorNetwork network =
        PriorFixtures.initialized(new FinalLayerPriorNetwork(config))) {
      write(model(network, new NoiseSchedule(BetaSchedule.COSINE, 30)));
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        // Shapes do not tell dropout: the published recipe's, for fine-tuning.
        assertThat(((FinalLayerPriorNetwork) loaded.network()).config())
            .isEqualTo(config.withTransformer(layers.withDropout(0.05, 0.05)));
        BrainTokens brain = PriorFixtures.brain(manager, 1, 8, 1, 12);
        ClipTokens image = PriorFixtures.normal(manager, 2, 8, 1, 12);
        DiffusionDraw draw =
            DiffusionDraw.of(8, loaded.space(), loaded.config(), NoiseSource.seeded(1), manager);
        float eval = loaded.trainingLoss(brain, image, draw, Mode.eval()).loss().getFloat();
        Mode training = Mode.train(NoiseSource.seeded(2));
        assertThat(loaded.trainingLoss(brain, image, draw, training).loss().getFloat())
            .isNotEqualTo(eval);
        assertThat(loaded.config().timesteps()).isEqualTo(30);
        assertSame(network, loaded.network());
      }
    }
  }

  private static void assertSame(DenoisingNetwork expected, DenoisingNetwork actual) {
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(actual.arrays().get(name).toFloatArray())
                    .as(name)
                    .isEqualTo(array.toFloatArray()));
  }

  @Test
  void should_load_a_network_alone_with_the_published_process_and_say_so() throws Exception {
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Safetensors.write(file, network, Map.of());
    }
    DiffusionPrior[] loaded = new DiffusionPrior[1];
    assertThat(logged(() -> loaded[0] = DiffusionPrior.load(file, Device.cpu())))
        .containsOnlyOnce(
            file
                + ": no noise_scheduler.betas, so the published noise schedule is assumed, COSINE over"
                + " 100 timesteps. Samples of weights that were trained with another one are wrong:"
                + " give it to DiffusionPrior.load(file, config, device)");
    try (DiffusionPrior prior = loaded[0]) {
      assertThat(prior.config()).isEqualTo(DiffusionConfig.paper(12));
    }
  }

  /** What is logged goes to the standard error stream in tests. */
  private static String logged(Callable<?> action) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      System.setErr(stream);
      action.call();
    } finally {
      System.setErr(before);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }

  @Test
  void should_load_with_a_process_that_is_known_and_contradict_none_that_is_saved()
      throws Exception {
    DiffusionConfig linear =
        DiffusionConfig.paper(12).withSchedule(BetaSchedule.LINEAR, 40).withDropout(0.1, 0.3);
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Safetensors.write(file, network, Map.of());
      String silence =
          logged(
              () -> {
                try (DiffusionPrior loaded = DiffusionPrior.load(file, linear, Device.cpu())) {
                  assertThat(loaded.config()).isEqualTo(linear);
                }
                return null;
              });
      assertThat(silence).isEmpty();
      write(model(network, linear.noiseSchedule()));
      assertThat(
              logged(
                  () -> {
                    DiffusionPrior.load(file, linear, Device.cpu()).close();
                    DiffusionPrior.load(file, Device.cpu()).close();
                    return null;
                  }))
          .isEmpty();
      assertThatThrownBy(() -> DiffusionPrior.load(file, DiffusionConfig.paper(12), Device.cpu()))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              file
                  + ": tensor 'noise_scheduler.betas': expected the schedule given, COSINE over 100"
                  + " timesteps but found LINEAR over 40 timesteps");
    }
  }

  @Test
  void should_start_from_the_public_checkpoint() throws IOException {
    FinalLayerPriorConfig config;
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      config = network.config();
      Map<String, NDArray> tensors = model(network, new NoiseSchedule(BetaSchedule.COSINE, 50));
      for (String absent :
          new String[] {"null_text_encodings", "null_text_embeds", "null_image_embed"}) {
        tensors.remove("net." + absent);
      }
      tensors.put("clip.logit_scale", manager.ones(new Shape(1)));
      write(tensors);
      try (StateDict weights = Safetensors.open(file);
          FinalLayerPriorNetwork started =
              FinalLayerPriorNetwork.startFrom(
                  weights, config, Device.cpu(), NoiseSource.seeded(3))) {
        String kept = "causal_transformer.project_out.weight";
        assertThat(started.arrays().get(kept).toFloatArray())
            .isEqualTo(network.arrays().get(kept).toFloatArray());
        assertThat(started.arrays().get("null_text_encodings").toFloatArray())
            .isNotEqualTo(network.arrays().get("null_text_encodings").toFloatArray())
            // The first draw: nothing is drawn for what the file holds.
            .isEqualTo(NoiseSource.seeded(3).normal(manager, new Shape(60)).toFloatArray());
      }
    }
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("found none of [null_text_encodings, null_text_embeds")
        .hasMessageContaining("train from it with FinalLayerPriorNetwork.startFrom");
    try (StateDict weights = Safetensors.open(file)) {
      FinalLayerPriorConfig deeper = config.withTransformer(config.transformer().withSize(2, 3, 8));
      assertThatThrownBy(
              () ->
                  FinalLayerPriorNetwork.startFrom(
                      weights, deeper, Device.cpu(), NoiseSource.seeded(3)))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("causal_transformer.layers.1.0.null_kv");
    }
  }

  @Test
  void should_refuse_other_frequencies_and_betas() throws IOException {
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Map<String, NDArray> tensors = model(network, new NoiseSchedule(BetaSchedule.COSINE, 40));
      tensors.put("noise_scheduler.betas", manager.ones(new Shape(40)));
      write(tensors);
      assertRefused("noise_scheduler.betas", "40 others; give the configuration instead");

      tensors.remove("noise_scheduler.betas");
      String freqs = "causal_transformer.layers.0.0.rotary_emb.freqs";
      tensors.put("net." + freqs, manager.ones(new Shape(4)));
      write(tensors);
      assertRefused(freqs, "expected rotary frequencies [1.0, 0.1, 0.01");
    }
  }

  @Test
  void should_refuse_a_process_that_is_longer_than_the_table_of_times() throws IOException {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      Map<String, NDArray> tensors = model(network, new NoiseSchedule(BetaSchedule.COSINE, 60));
      write(tensors);
      assertRefused(
          "noise_scheduler.betas",
          "expected at most the 50 timesteps of to_time_embeds.0.weight but found 60");
      tensors.keySet().removeIf(name -> name.startsWith("noise_scheduler."));
      write(tensors);
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(loaded.config().timesteps()).isEqualTo(50);
      }
    }
  }

  @Test
  void should_refuse_other_networks() throws IOException {
    write(Map.of("lin0.0.weight", manager.ones(new Shape(2, 2))));
    assertRefused("learned_query", "this tensor, as every such prior has it");
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Map<String, NDArray> tensors = new LinkedHashMap<>(network.arrays());
      tensors.put("learned_query", manager.ones(new Shape(12)));
      write(tensors);
      assertRefused("learned_query", "expected 2 axes from 1 to 2^20 but found (12)");
      tensors.put("learned_query", manager.ones(new Shape(3, 11)));
      write(tensors);
      assertRefused("layers.0.1.5.weight", "expected a multiple of 11 columns but found 24");
      tensors.putAll(network.arrays());
      tensors.put("surprise", manager.ones(new Shape(1)));
      write(tensors);
      assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("surprise");
    }
  }

  private void assertRefused(String tensor, String reason) {
    LeakCheck.Census before = LeakCheck.census();
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(tensor)
        .hasMessageContaining(reason);
    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
