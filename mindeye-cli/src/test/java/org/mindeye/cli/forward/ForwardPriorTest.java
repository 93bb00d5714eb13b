// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

/** The diffusion priors through the command, against tensors of the original code. */
class ForwardPriorTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final long BASE = GOLDEN.seedBase();
  static final PriorConfig SMALL =
      new PriorConfig(new ClipSpace(2, 4), new TransformerConfig(1, 2, 4, 2, false, 0, 0));
  static final FinalLayerPriorConfig SMALL_FINAL =
      new FinalLayerPriorConfig(4, 2, 50, new TransformerConfig(1, 2, 4, 2, true, 0, 0));

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path config;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void open() {
    config = folder.resolve("config.json");
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
  }

  private CommandRun forward(String component, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", component));
    arguments.addAll(List.of("--config", config, "--weights", weights));
    arguments.addAll(List.of("--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  private void write(Record shape, DenoisingNetwork network) throws IOException {
    Files.writeString(config, DocumentWriter.text(shape));
    try (network) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated()
          .leaving(name -> name.endsWith("rotary_emb.freqs"))
          .fill(network.getParameters());
      WeightFiles.write(weights, network, Map.of());
    }
  }

  /** The same weights as a part of a model that was trained on several devices. */
  private void makePartOfAModel() throws IOException {
    Path model = folder.resolve("model.safetensors");
    try (StateDict plain = WeightFiles.open(weights)) {
      Map<String, NDArray> tensors = new HashMap<>();
      for (String name : plain.names()) {
        tensors.put("module.net." + name, plain.load(name, manager));
      }
      tensors.put("module.voxel2clip.lin0.0.bias", manager.ones(new Shape(3)));
      WeightFiles.write(model, tensors, Map.of());
    }
    weights = model;
  }

  private void write(Map<String, NDArray> tensors) throws IOException {
    WeightFiles.write(inputs, tensors, Map.of());
  }

  private NDArray result(String name) throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      assertThat(file.names()).containsExactly(name);
      return file.load(name, manager);
    }
  }

  static PriorConfig goldenConfig() {
    return PriorConfig.paper()
        .withSpace(new ClipSpace(GOLDEN.number("prior", "tokens"), GOLDEN.number("prior", "dim")))
        .withTransformer(
            TransformerConfig.paper()
                .withSize(GOLDEN.number("prior", "depth"), GOLDEN.number("prior", "heads"), 64));
  }

  private NDArray golden(int seed, double scale, long... axes) {
    return ParityGenerator.input(manager, BASE + seed, new Shape(axes), scale, 0);
  }

  /** Draws of a sampler, the start first. */
  private NDArray goldenDraws(int count, ClipSpace space) {
    NDList draws = new NDList();
    for (int j = 0; j < count; j++) {
      draws.add(golden(1000 + j, Math.sqrt(3), 1, space.tokens(), space.width()));
    }
    return NDArrays.stack(draws);
  }

  @Test
  void should_equal_the_golden_prediction_from_any_file_of_weights() throws IOException {
    PriorConfig shape = goldenConfig();
    ClipSpace space = shape.space();
    write(shape, new PriorNetwork(shape));
    write(
        Map.of(
            "noisy", golden(30, 2, 3, space.tokens(), space.width()),
            "timestep", manager.create(new long[] {0, 41, 99}),
            "tokens", golden(31, 1, 3, space.tokens(), space.width())));
    for (int i = 0; i < 2; i++) {
      CommandRun run = forward("prior");
      assertThat(run.err()).isEmpty();
      assertThat(run.out().lines()).containsExactly("predicted (3, 5, 768)");
      TensorAssert.assertThat(result("predicted")).matches(GOLDEN, "prior.net", 1e-5);
      makePartOfAModel();
    }
  }

  @Test
  void should_equal_the_golden_samples() throws IOException {
    PriorConfig shape = goldenConfig();
    ClipSpace space = shape.space();
    write(
        new PriorSampleConfig(shape, DiffusionConfig.paper(space.width())),
        new PriorNetwork(shape));
    NDArray tokens = golden(31, 1, 3, space.tokens(), space.width()).get("0:1");

    int ddpm = Integer.parseInt(GOLDEN.metadata("ddpm_draws"));
    write(Map.of("tokens", tokens, "noise", goldenDraws(ddpm, space)));
    assertThat(forward("prior-sample", "--sampler=ddpm").err()).isEmpty();
    TensorAssert.assertThat(result("sampled")).matches(GOLDEN, "prior.ddpm100", 2e-5);

    int ddim = Integer.parseInt(GOLDEN.metadata("ddim_draws"));
    write(Map.of("tokens", tokens, "noise", goldenDraws(ddim, space)));
    makePartOfAModel();
    assertThat(forward("prior-sample", "--sampler=ddim-as-published", "--steps=10").err())
        .isEmpty();
    TensorAssert.assertThat(result("sampled")).matches(GOLDEN, "prior.ddim10", 2e-5);
  }

  @Test
  void should_equal_the_golden_prediction_of_the_final_layer() throws IOException {
    FinalLayerPriorConfig shape =
        FinalLayerPriorConfig.paper()
            .withTextSlots(8)
            .withTransformer(TransformerConfig.finalLayer().withSize(2, 12, 64));
    write(shape, new FinalLayerPriorNetwork(shape));
    makePartOfAModel();
    write(
        Map.of(
            "noisy", golden(33, 2, 2, 768),
            "timestep", manager.create(new long[] {3, 999}),
            "embedding", golden(34, 1, 2, 768)));
    assertThat(forward("final-layer-prior").err()).isEmpty();
    TensorAssert.assertThat(result("predicted")).matches(GOLDEN, "prior.final_layer_net", 1e-5);
  }

  private NDArray ones(long... axes) {
    return manager.ones(new Shape(axes));
  }

  private void writeSmallSampler(DiffusionConfig process) throws IOException {
    write(new PriorSampleConfig(SMALL, process), new PriorNetwork(SMALL));
  }

  private static DiffusionConfig process(int timesteps) {
    return DiffusionConfig.paper(4).withSchedule(BetaSchedule.COSINE, timesteps);
  }

  @ParameterizedTest
  @CsvSource({
    "ddpm, , ddpm in all 8 steps, 9",
    "DDIM, 4, ddim in 4 of 8 steps, 4",
    "ddim_as_published, 4, ddim-as-published in 4 of 8 steps, 3",
    "multistep, 3, multistep in 3 of 8 steps, 3"
  })
  void should_take_exactly_the_draws_of_each_sampler(
      String sampler, Integer steps, String named, int needed) throws IOException {
    writeSmallSampler(process(8));
    List<String> options = new ArrayList<>(List.of("--sampler=" + sampler));
    if (steps != null) {
      options.add("--steps=" + steps);
    }
    String[] given = options.toArray(String[]::new);
    for (int count : new int[] {needed - 1, needed + 1}) {
      if (count > 0) {
        write(Map.of("tokens", ones(3, 2, 4), "noise", ones(count, 3, 2, 4)));
        assertRefused(
            forward("prior-sample", given),
            String.format(
                Locale.ROOT,
                "noise for %s: expected [draws=%d, batch=3, tokens=2, width=4] but was [%d, 3, 2, 4]",
                named,
                needed,
                count));
      }
    }
    NDArray noise = NoiseSource.seeded(1).normal(manager, new Shape(needed, 3, 2, 4));
    write(Map.of("tokens", ones(3, 2, 4), "noise", noise));
    CommandRun run = forward("prior-sample", given);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly("sampled (3, 2, 4)");
  }

  /** One line, the right code, and nothing new in the folder. */
  private void assertRefused(CommandRun run, String reason) throws IOException {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualToIgnoringNewLines("mindeye forward: " + reason);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(config, inputs, weights);
    }
  }

  @Test
  void should_refuse_noise_of_another_shape_or_type() throws IOException {
    writeSmallSampler(process(8));
    write(Map.of("tokens", ones(3, 2, 4), "noise", ones(9, 2, 2, 4)));
    assertRefused(
        forward("prior-sample", "--sampler=ddpm"),
        "noise for ddpm in all 8 steps: expected [draws=9, batch=3, tokens=2, width=4] but was"
            + " [9, 2, 2, 4]");
    write(Map.of("tokens", ones(3, 2, 4), "noise", manager.arange(3)));
    assertRefused(
        forward("prior-sample", "--sampler=ddpm"),
        inputs + ": tensor 'noise': expected [float32] but found INT32 (3)");
    write(Map.of("tokens", ones(3, 2, 5), "noise", ones(9, 3, 2, 4)));
    assertRefused(
        forward("prior-sample", "--sampler=ddpm"),
        "tokens: expected [batch, tokens=2, width=4] but was [3, 2, 5]");
  }

  @Test
  void should_refuse_more_steps_than_the_process_has() throws IOException {
    writeSmallSampler(process(8));
    write(Map.of("tokens", ones(3, 2, 4), "noise", ones(9, 3, 2, 4)));
    assertRefused(
        forward("prior-sample", "--sampler=multistep", "--steps=9"),
        "steps: expected 2 to 8, the timesteps of the process, but was 9");
    assertRefused(
        forward("prior-sample", "--sampler=ddim", "--steps=8"),
        "steps: DDIM takes fewer steps than the process has timesteps (8) but was given 8; use"
            + " DdpmSampler for all of them");
  }

  @Test
  void should_refuse_unknown_timesteps() throws IOException {
    write(SMALL, new PriorNetwork(SMALL));
    for (long timestep : new long[] {-1, Integer.MAX_VALUE, 1L << 32, Long.MIN_VALUE}) {
      write(
          Map.of(
              "noisy", ones(1, 2, 4),
              "timestep", manager.create(new long[] {timestep}),
              "tokens", ones(1, 2, 4)));
      assertRefused(
          forward("prior"),
          inputs
              + ": tensor 'timestep': expected numbers from 0 to 2147483646 but found "
              + timestep);
    }
    write(SMALL_FINAL, new FinalLayerPriorNetwork(SMALL_FINAL));
    for (long timestep : new long[] {-1, 50, 1L << 32}) {
      write(
          Map.of(
              "noisy", ones(2, 4),
              "timestep", manager.create(new long[] {49, timestep}),
              "embedding", ones(2, 4)));
      assertRefused(
          forward("final-layer-prior"),
          inputs + ": tensor 'timestep': expected numbers from 0 to 49 but found " + timestep);
    }
  }

  @Test
  void should_refuse_tensors_that_do_not_fit_by_their_names() throws IOException {
    NDArray three = manager.create(new long[] {1, 2, 3});
    write(SMALL, new PriorNetwork(SMALL));
    write(Map.of("noisy", ones(3, 2, 5), "timestep", three, "tokens", ones(3, 2, 4)));
    assertRefused(forward("prior"), "noisy: expected [batch, tokens=2, width=4] but was [3, 2, 5]");
    write(Map.of("noisy", ones(3, 2, 4), "timestep", three, "tokens", ones(2, 2, 4)));
    assertRefused(
        forward("prior"), "tokens: expected [batch=3, tokens=2, width=4] but was [2, 2, 4]");
    write(Map.of("noisy", ones(2, 2, 4), "timestep", three, "tokens", ones(2, 2, 4)));
    assertRefused(forward("prior"), "timestep: expected [batch=2] but was [3]");

    write(SMALL_FINAL, new FinalLayerPriorNetwork(SMALL_FINAL));
    write(Map.of("noisy", ones(3, 1, 4), "timestep", three, "embedding", ones(3, 4)));
    assertRefused(
        forward("final-layer-prior"), "noisy: expected [batch, width=4] but was [3, 1, 4]");
    write(Map.of("noisy", ones(3, 4), "timestep", three, "embedding", ones(3, 5)));
    assertRefused(
        forward("final-layer-prior"), "embedding: expected [batch=3, width=4] but was [3, 5]");
  }

  @Test
  void should_refuse_weights_of_another_prior() throws IOException {
    write(SMALL, new PriorNetwork(SMALL));
    Files.writeString(config, DocumentWriter.text(SMALL_FINAL));
    write(
        Map.of(
            "noisy", ones(1, 4),
            "timestep", manager.create(new long[] {1}),
            "embedding", ones(1, 4)));
    CommandRun run = forward("final-layer-prior");
    assertThat(run.err()).contains("null_text_encodings");
    assertRefused(run, run.err().strip().substring("mindeye forward: ".length()));
  }

  @Test
  void should_refuse_samplers_and_steps_that_do_not_suit() {
    assertUsage(forward("prior-sample"), "prior-sample needs --sampler");
    assertUsage(forward("prior-sample", "--steps=9"), "prior-sample needs --sampler");
    for (String sampler : new String[] {"ddim", "ddim-as-published", "multistep"}) {
      assertUsage(forward("prior-sample", "--sampler=" + sampler), sampler + " needs --steps");
      assertUsage(
          forward("prior-sample", "--steps=1", "--sampler=" + sampler),
          "steps: expected at least 2 but was 1");
    }
    assertUsage(
        forward("prior-sample", "--sampler=ddpm", "--steps=100"),
        "ddpm takes all steps of the process: leave --steps out");
    assertUsage(
        forward("prior-sample", "--sampler=euler"),
        "Invalid value for option '--sampler': expected one of [DDPM, DDIM, DDIM_AS_PUBLISHED,"
            + " ddim-as-published, MULTISTEP] (case-insensitive) but was 'euler'");
    for (String component : new String[] {"backbone", "prior", "final-layer-prior"}) {
      assertUsage(forward(component, "--sampler=ddpm"), component + " does not take --sampler");
      assertUsage(forward(component, "--steps=9"), component + " does not take --steps");
      assertUsage(forward(component, "--loss=clip"), component + " does not take --loss");
    }
  }

  private void assertUsage(CommandRun run, String reason) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("mindeye forward: " + reason + " (see mindeye forward --help)");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_free_what_it_computed() throws IOException {
    writeSmallSampler(process(8));
    write(Map.of("tokens", ones(3, 2, 4), "noise", ones(4, 3, 2, 4)));
    LeakCheck.assertNoLeak(
        20,
        () -> assertThat(forward("prior-sample", "--sampler=ddim", "--steps=4").code()).isZero());
    write(SMALL_FINAL, new FinalLayerPriorNetwork(SMALL_FINAL));
    write(
        Map.of(
            "noisy", ones(1, 4),
            "timestep", manager.create(new long[] {1}),
            "embedding", ones(1, 4)));
    LeakCheck.assertNoLeak(20, () -> assertThat(forward("final-layer-prior").code()).isZero());
  }
}
