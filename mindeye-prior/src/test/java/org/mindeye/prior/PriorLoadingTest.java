// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.Half;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.FreshManager;

class PriorLoadingTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;

  @BeforeEach
  void open() {
    file = folder.resolve("last.safetensors");
  }

  private void write(Map<String, NDArray> tensors) throws IOException {
    WeightFiles.write(file, tensors, Map.of());
  }

  @Test
  void should_load_whole_models_with_the_configuration_they_tell() throws IOException {
    NoiseSchedule schedule = NoiseSchedule.of(BetaSchedule.SIGMOID, 40);
    try (PriorNetwork network = PriorFixtures.small(3, 2)) {
      write(SavedPriors.model(manager, network, schedule));
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(((PriorNetwork) loaded.network()).config()).isEqualTo(network.config());
        assertThat(loaded.schedule()).isEqualTo(schedule);
        assertThat(loaded.config().scale()).isEqualTo(Math.sqrt(12));
        assertThat(loaded.config().brainDropout()).isEqualTo(0.2);
        SavedPriors.assertSame(network, loaded.network());
      }
    }
  }

  /** The same as some frameworks save it: everything, or only a part, in a shorter float. */
  @ParameterizedTest
  @ValueSource(strings = {"half all", "brain all", "half tables", "brain schedule", "half network"})
  void should_load_models_saved_in_a_shorter_float(String how) throws IOException {
    NoiseSchedule schedule = NoiseSchedule.of(BetaSchedule.COSINE, 100);
    TransformerConfig layers = new TransformerConfig(1, 2, 32, 2, true, 0, 0);
    try (PriorNetwork network = new PriorNetwork(new PriorConfig(new ClipSpace(3, 8), layers))) {
      network.initialize(Device.cpu(), NoiseSource.seeded(3));
      Map<String, NDArray> tensors = SavedPriors.model(manager, network, schedule);
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
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 40));
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
    // A float32 table is not given a half's room, though its numbers are small.
    assertThat(SavedTable.of(1e-7f, 0.1f).matches(1.5e-7, 0.1f)).isFalse();
    assertThat(SavedTable.of(0x1p-24f, 0.5f).matches(0x1.8p-24, 0.5)).isTrue();
  }

  @Test
  void should_load_a_network_alone_with_the_published_process_and_say_so() throws Exception {
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      WeightFiles.write(file, network, Map.of());
    }
    DiffusionPrior[] loaded = new DiffusionPrior[1];
    assertThat(SavedPriors.logged(() -> loaded[0] = DiffusionPrior.load(file, Device.cpu())))
        .containsOnlyOnce(
            file
                + ": no noise_scheduler.betas, so the published noise schedule is assumed, COSINE over"
                + " 100 timesteps. Samples of weights that were trained with another one are wrong:"
                + " give it to DiffusionPrior.load(file, config, device)");
    try (DiffusionPrior prior = loaded[0]) {
      assertThat(prior.config()).isEqualTo(DiffusionConfig.paper(12));
    }
  }

  @Test
  void should_load_with_a_process_that_is_known_and_contradict_none_that_is_saved()
      throws Exception {
    DiffusionConfig linear =
        DiffusionConfig.paper(12).withSchedule(BetaSchedule.LINEAR, 40).withDropout(0.1, 0.3);
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      WeightFiles.write(file, network, Map.of());
      String silence =
          SavedPriors.logged(
              () -> {
                try (DiffusionPrior loaded = DiffusionPrior.load(file, linear, Device.cpu())) {
                  assertThat(loaded.config()).isEqualTo(linear);
                }
                return null;
              });
      assertThat(silence).isEmpty();
      write(SavedPriors.model(manager, network, linear.noiseSchedule()));
      assertThat(
              SavedPriors.logged(
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
  void should_refuse_other_frequencies_and_betas() throws IOException {
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 40));
      tensors.put("noise_scheduler.betas", manager.ones(new Shape(40)));
      write(tensors);
      SavedPriors.assertRefused(
          file, "noise_scheduler.betas", "40 others; give the configuration instead");
      double[] shortest = BetaSchedule.JSD.betas(2);
      tensors.put(
          "noise_scheduler.betas",
          manager.create(new float[] {(float) shortest[0], (float) shortest[1]}));
      write(tensors);
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(loaded.config().timesteps()).isEqualTo(2);
      }

      tensors.remove("noise_scheduler.betas");
      String freqs = "causal_transformer.layers.0.0.rotary_emb.freqs";
      tensors.put("net." + freqs, manager.ones(new Shape(4)));
      write(tensors);
      SavedPriors.assertRefused(
          file,
          freqs,
          "expected rotary frequencies [1.0, 0.1, 0.01, 0.001] but found [1.0, 1.0, 1.0, 1.0]");
    }
  }

  /** Before a file is looked at: there is none. */
  @Test
  void should_refuse_a_device_that_is_not_there_first() {
    Device absent = Device.gpu(99);
    PriorConfig config = PriorFixtures.smallConfig(3, 1);
    FinalLayerPriorConfig last = FinalLayerPriorConfig.paper();
    for (ThrowingCallable load :
        List.<ThrowingCallable>of(
            () -> DiffusionPrior.load(file, absent),
            () -> DiffusionPrior.load(file, DiffusionConfig.paper(12), absent),
            () -> PriorNetwork.load(null, absent),
            () -> PriorNetwork.load(null, config, absent),
            () -> FinalLayerPriorNetwork.load(null, absent),
            () -> FinalLayerPriorNetwork.load(null, last, absent),
            () -> FinalLayerPriorNetwork.startFrom(null, last, absent, NoiseSource.seeded(1)))) {
      assertThatThrownBy(load)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("device 'gpu99': the engine sees");
    }
  }

  @Test
  void should_refuse_other_networks() throws IOException {
    write(Map.of("lin0.0.weight", manager.ones(new Shape(2, 2))));
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .hasMessageContaining("expected a diffusion prior")
        .hasMessageEndingWith("found none: the model was saved without one");
    write(Map.of("causal_transformer.layers.0.x", manager.ones(new Shape(2, 2))));
    SavedPriors.assertRefused(file, "learned_query", "this tensor, as every such prior has it");
    try (PriorNetwork network = PriorFixtures.small(3, 1)) {
      Map<String, NDArray> tensors = new LinkedHashMap<>(network.arrays());
      tensors.put("learned_query", manager.ones(new Shape(12)));
      write(tensors);
      SavedPriors.assertRefused(
          file, "learned_query", "expected 2 axes from 1 to 2^20 but found (12)");
      tensors.put("learned_query", manager.zeros(new Shape(0, 12)));
      write(tensors);
      SavedPriors.assertRefused(
          file, "learned_query", "expected 2 axes from 1 to 2^20 but found (0, 12)");
      tensors.put("learned_query", manager.zeros(new Shape((1 << 20) + 1, 1)));
      write(tensors);
      SavedPriors.assertRefused(
          file, "learned_query", "expected 2 axes from 1 to 2^20 but found (1048577, 1)");
      tensors.put("learned_query", manager.ones(new Shape(3, 11)));
      write(tensors);
      SavedPriors.assertRefused(
          file, "layers.0.1.5.weight", "expected a multiple of 11 columns but found 24");
      tensors.putAll(network.arrays());
      tensors.put("surprise", manager.ones(new Shape(1)));
      write(tensors);
      assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("surprise");
    }
  }
}
