// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

/** Hidden brains and images, and guidance, through the command. */
class ForwardGuidanceTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private final Map<String, NDArray> inputs = new HashMap<>();

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private void write(Record shape, DenoisingNetwork network) throws IOException {
    Files.writeString(folder.resolve("config.json"), DocumentWriter.text(shape));
    try (network) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated()
          .leaving(name -> name.endsWith("rotary_emb.freqs"))
          .fill(network.getParameters());
      WeightFiles.write(file("weights"), network, Map.of());
    }
  }

  private CommandRun forward(String component, String... options) throws IOException {
    WeightFiles.write(file("inputs"), inputs, Map.of());
    return again(component, options);
  }

  private CommandRun again(String component, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", component));
    arguments.addAll(List.of("--config", folder.resolve("config.json")));
    arguments.addAll(List.of("--weights", file("weights"), "--inputs", file("inputs")));
    arguments.addAll(List.of("--output", file("output")));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  private NDArray answer(String component, String... options) throws IOException {
    assertThat(forward(component, options).err()).isEmpty();
    try (StateDict output = WeightFiles.open(file("output"))) {
      return output.load(output.names().iterator().next(), manager);
    }
  }

  private void writeGolden() throws IOException {
    PriorConfig shape = ForwardPriorTest.goldenConfig();
    write(shape, new PriorNetwork(shape));
    Shape axes = new Shape(3, shape.space().tokens(), shape.space().width());
    long base = GOLDEN.seedBase();
    inputs.put("noisy", ParityGenerator.input(manager, base + 30, axes, 2, 0));
    inputs.put("timestep", manager.create(new long[] {0, 41, 99}));
    inputs.put("tokens", ParityGenerator.input(manager, base + 31, axes, 1, 0));
  }

  private void shown(boolean brain, boolean image) {
    inputs.put("brain_shown", manager.create(new boolean[] {brain, brain, brain}));
    inputs.put("image_shown", manager.create(new boolean[] {image, image, image}));
  }

  @Test
  void should_equal_the_golden_prediction_from_nothing() throws IOException {
    writeGolden();
    shown(false, false);
    TensorAssert.assertThat(answer("prior")).matches(GOLDEN, "prior.net_null", 1e-5);
    shown(true, true);
    TensorAssert.assertThat(answer("prior")).matches(GOLDEN, "prior.net", 1e-5);
  }

  @Test
  void should_equal_the_golden_guided_prediction() throws IOException {
    writeGolden();
    TensorAssert.assertThat(answer("prior", "--guidance=2"))
        .matches(GOLDEN, "prior.cond_scale2", 1e-5);
    TensorAssert.assertThat(answer("prior", "--guidance=1")).matches(GOLDEN, "prior.net", 1e-5);
  }

  @Test
  void should_hide_only_what_the_file_asks_for() throws IOException {
    writeGolden();
    NDArray bytes = manager.create(new int[] {1, 0, 1}).toType(DataType.UINT8, true);
    for (String name : new String[] {"brain_shown", "image_shown"}) {
      NDArray open = answer("prior");
      inputs.put(name, bytes);
      NDArray hidden = answer("prior");
      inputs.remove(name);
      assertThat(hidden.get(0)).isEqualTo(open.get(0));
      assertThat(hidden.get(2)).isEqualTo(open.get(2));
      assertThat(hidden.get(1)).isNotEqualTo(open.get(1));
      String replaced = name.equals("brain_shown") ? "tokens" : "noisy";
      NDArray kept = inputs.get(replaced);
      inputs.put(name, bytes);
      inputs.put(replaced, kept.mul(manager.create(new float[] {1, 5, 1}, new Shape(3, 1, 1))));
      assertThat(answer("prior")).isEqualTo(hidden);
      inputs.remove(name);
      inputs.put(replaced, kept);
    }
  }

  private void writeFinalLayer() throws IOException {
    var shape = ForwardPriorTest.SMALL_FINAL;
    write(shape, new FinalLayerPriorNetwork(shape));
    NoiseSource noise = NoiseSource.seeded(4);
    inputs.put("noisy", noise.normal(manager, new Shape(3, 4)));
    inputs.put("timestep", manager.create(new long[] {0, 20, 49}));
    inputs.put("embedding", noise.normal(manager, new Shape(3, 4)));
  }

  @Test
  void should_guide_the_final_layer_away_from_nothing() throws IOException {
    writeFinalLayer();
    NDArray all = answer("final-layer-prior");
    NDArray guided = answer("final-layer-prior", "--guidance=3");
    shown(false, false);
    NDArray nothing = answer("final-layer-prior");
    NDArray expected = nothing.add(all.sub(nothing).mul(3));
    TensorAssert.assertThat(guided).isWithinRelativeL2(expected.toFloatArray(), 1e-5);
  }

  @Test
  void should_guide_samples() throws IOException {
    PriorConfig small = ForwardPriorTest.SMALL;
    ClipSpace space = small.space();
    write(
        new PriorSampleConfig(small, DiffusionConfig.paper(space.width())),
        new PriorNetwork(small));
    inputs.put("tokens", NoiseSource.seeded(3).normal(manager, new Shape(2, 2, 4)));
    inputs.put("noise", NoiseSource.seeded(4).normal(manager, new Shape(3, 2, 2, 4)));
    String[] steps = {"--sampler=multistep", "--steps=3"};
    NDArray plain = answer("prior-sample", steps);
    assertThat(answer("prior-sample", steps[0], steps[1], "--guidance=1")).isEqualTo(plain);
    assertThat(answer("prior-sample", steps[0], steps[1], "--guidance=2")).isNotEqualTo(plain);

    Record without =
        new PriorSampleConfig(small, DiffusionConfig.paper(space.width()).withDropout(0, 0.2));
    Files.writeString(folder.resolve("config.json"), DocumentWriter.text(without));
    assertThat(forward("prior-sample", steps[0], steps[1], "--guidance=2").err())
        .contains("this process never hides the brain in training");
  }

  @Test
  void should_refuse_what_does_not_fit() throws IOException {
    writeFinalLayer();
    inputs.put("brain_shown", manager.create(new boolean[] {true, false}));
    assertThat(forward("final-layer-prior").err())
        .isEqualToIgnoringNewLines("mindeye forward: brain_shown: expected [batch=3] but was [2]");
    inputs.put("brain_shown", manager.create(new float[] {1, 1, 0}));
    assertThat(forward("final-layer-prior").err())
        .contains("tensor 'brain_shown': expected [boolean, uint8] but found FLOAT32 (3)");
    shown(true, false);
    assertThat(forward("final-layer-prior", "--guidance=2").err())
        .isEqualToIgnoringNewLines(
            "mindeye forward: "
                + file("inputs")
                + ": tensor 'brain_shown': expected no such tensor together with --guidance, which"
                + " compares everything shown with everything hidden but found it");
    assertUsage(forward("prior", "--guidance=NaN"), "--guidance: expected a finite number");
    assertUsage(forward("backbone", "--guidance=2"), "backbone does not take --guidance");
  }

  private static void assertUsage(CommandRun run, String reason) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("mindeye forward: " + reason);
  }

  @Test
  void should_free_what_it_computed() throws IOException {
    writeFinalLayer();
    assertThat(forward("final-layer-prior").code()).isZero();
    LeakCheck.assertNoLeak(
        20, () -> assertThat(again("final-layer-prior", "--guidance=2").code()).isZero());
  }
}
