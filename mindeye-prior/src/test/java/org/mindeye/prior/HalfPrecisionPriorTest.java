// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.mindeye.prior.PriorFixtures.BASE;
import static org.mindeye.prior.PriorFixtures.GOLDEN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.testkit.Tolerance;

/** Both priors in bfloat16, against the original's tensors and against float32. */
class HalfPrecisionPriorTest {
  private static final DiffusionConfig PROCESS =
      DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 20).withDropout(0.4, 0.4);
  private static final int[] TIMESTEPS = {0, 41, 99};
  private static final int TOKENS = PriorFixtures.goldenConfig().space().tokens();
  private static final int WIDTH = PriorFixtures.goldenConfig().space().width();

  @TempDir private Path folder;

  private static ClipTokens noisy(NDManager manager, double scale) {
    return PriorFixtures.input(manager, BASE + 30, scale, 3, TOKENS, WIDTH);
  }

  private static BrainTokens condition(NDManager manager) {
    return PriorFixtures.brain(PriorFixtures.input(manager, BASE + 31, 1, 3, TOKENS, WIDTH));
  }

  private static PriorNetwork golden(Precision precision) {
    PriorNetwork network = PriorFixtures.golden(PriorFixtures.goldenConfig());
    network.computeIn(precision);
    return network;
  }

  @Test
  void should_predict_nearly_what_the_original_predicts() {
    try (PriorNetwork network = golden(Precision.BFLOAT16);
        CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      for (String entry : new String[] {"prior.net", "prior.net_null"}) {
        ConditioningMask mask =
            entry.endsWith("null") ? ConditioningMask.hideAll(3) : ConditioningMask.showAll(3);
        NDArray found =
            network
                .predict(noisy(manager, 2), TIMESTEPS, condition(manager), mask, Mode.eval())
                .array();
        if (entry.endsWith("null")) {
          TensorAssert.assertThat(found).matches(GOLDEN, entry, 0.0154); // measured: 0.0128
        } else {
          TensorAssert.assertThat(found)
              .matches(GOLDEN, entry, FormatError.PRIOR, Precision.BFLOAT16, 0);
        }
      }
    }
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  @Test
  void should_predict_from_a_single_vector_nearly_as_the_original_does() {
    TransformerConfig layers = TransformerConfig.finalLayer().withSize(2, 12, 64);
    FinalLayerPriorConfig config =
        FinalLayerPriorConfig.paper().withTextSlots(8).withTransformer(layers);
    try (FinalLayerPriorNetwork single = PriorFixtures.filled(new FinalLayerPriorNetwork(config));
        CallScope scope = CallScope.open(Device.cpu())) {
      single.computeIn(Precision.BFLOAT16);
      ClipTokens noisy = PriorFixtures.input(scope.manager(), BASE + 33, 2, 2, 1, 768);
      BrainTokens brain =
          PriorFixtures.brain(PriorFixtures.input(scope.manager(), BASE + 34, 1, 2, 1, 768));
      NDArray predicted =
          single
              .predict(noisy, new int[] {3, 999}, brain, ConditioningMask.showAll(2), Mode.eval())
              .array()
              .reshape(2, 768);
      TensorAssert.assertThat(predicted)
          .matches(
              GOLDEN,
              "prior.final_layer_net",
              FormatError.FINAL_LAYER_PRIOR,
              Precision.BFLOAT16,
              0);
      for (int i = 0; i < 2; i++) {
        NDArray one = noisy.array().get(i + ":" + (i + 1));
        Denoiser fast = single.conditioned(brain.array().get(i + ":" + (i + 1))).denoiser();
        NDArray found = fast.predict(one, i == 0 ? 3 : 999);
        assertThat(found.getDataType()).isEqualTo(DataType.FLOAT32);
        TensorAssert.assertThat(found.toFloatArray())
            .isWithinRelativeL2(predicted.get(i).toFloatArray(), 0.02);
      }
    }
  }

  /** Long enough for the products of all heads at once. */
  @ParameterizedTest
  @CsvSource({"1", "2"})
  void should_predict_long_sequences_nearly_as_float32_does(int batch) {
    PriorConfig config =
        PriorConfig.paper().withTransformer(TransformerConfig.paper().withSize(2, 12, 64));
    try (PriorNetwork wide = PriorFixtures.golden(config);
        CallScope scope = CallScope.open(Device.cpu())) {
      ClipTokens noisy = PriorFixtures.input(scope.manager(), 1003, 2, batch, 257, 768);
      BrainTokens brain =
          PriorFixtures.brain(PriorFixtures.input(scope.manager(), 1004, 1, batch, 257, 768));
      int[] timesteps = new int[batch];
      float[] expected =
          wide.predict(noisy, timesteps, brain, ConditioningMask.showAll(batch), Mode.eval())
              .array()
              .toFloatArray();
      wide.computeIn(Precision.BFLOAT16);
      NDArray found =
          wide.predict(noisy, timesteps, brain, ConditioningMask.showAll(batch), Mode.eval())
              .array();
      TensorAssert.assertThat(found.toFloatArray()).isWithinRelativeL2(expected, 0.018);
      Denoiser prepared = wide.conditioned(brain.array()).denoiser();
      TensorAssert.assertThat(prepared.predict(noisy.array(), 0).toFloatArray())
          .isWithinRelativeL2(expected, 0.018);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_have_nearly_the_original_loss_and_gradients(boolean checkpointing) {
    try (PriorNetwork network = golden(Precision.BFLOAT16);
        FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(network, 1e-2));
        StepScope step = StepScope.open(Device.cpu())) {
      DiffusionPrior plain = DiffusionPrior.of(network, DiffusionConfig.paper(WIDTH));
      DiffusionPrior prior = checkpointing ? plain.withGradientCheckpointing() : plain;
      NDManager manager = step.manager();
      ClipTokens target = noisy(manager, 0.1);
      NDArray noise =
          PriorFixtures.input(manager, BASE + 32, Math.sqrt(3), 3, TOKENS, WIDTH).array();
      DiffusionDraw draw =
          new DiffusionDraw(new int[] {3, 50, 97}, noise, ConditioningMask.showAll(3));
      PriorLoss loss = prior.trainingLoss(condition(manager), target, draw, Mode.eval());
      ParameterGradients gradients = step.gradients(loss.loss(), optimizer.parameters());
      TensorAssert.assertThat(loss.loss()).matches(GOLDEN, "prior.loss", 1e-3);
      TensorAssert.assertThat(loss.predicted().array()).matches(GOLDEN, "prior.pred", 0.013);
      int compared = 0;
      for (Parameter parameter : optimizer.parameters()) {
        String entry = "prior.grad." + parameter.getName();
        if (GOLDEN.contains(entry) || GOLDEN.contains(entry + "@l2")) {
          NDArray gradient = gradients.of(parameter).orElseThrow();
          assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
          TensorAssert.assertThat(gradient).matches(GOLDEN, entry, 0.03);
          compared++;
        }
      }
      assertThat(compared).isEqualTo(6);
    }
  }

  /** From the same noise, by a prior that has learned something: others amplify every rounding. */
  @Test
  void should_sample_nearly_what_float32_samples() {
    try (DiffusionPrior prior = TinyProblem.untrained();
        CallScope scope = CallScope.open(Device.cpu())) {
      TinyProblem.train(prior, 200);
      BrainTokens brain = TinyProblem.conditions(scope.manager(), 16, NoiseSource.seeded(8));
      double[] exact = sample(prior, brain, scope.manager());
      prior.network().computeIn(Precision.BFLOAT16);
      double[] half = sample(prior, brain, scope.manager());
      double product = 0;
      for (int i = 0; i < exact.length; i++) {
        product += exact[i] * half[i];
      }
      assertThat(product / Tolerance.norm(exact) / Tolerance.norm(half)).isBetween(0.999, 1.0);
    }
  }

  private static double[] sample(DiffusionPrior prior, BrainTokens brain, NDManager manager) {
    DiffusionPrior fast = prior.withSampler(new MultistepSampler(20));
    return wide(fast.sample(brain, NoiseSource.seeded(5), manager).array().toFloatArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_learn_as_float32_does(boolean checkpointing) {
    double[] exact = learned(Precision.FLOAT32, checkpointing);
    double[] half = learned(Precision.BFLOAT16, checkpointing);
    for (int from = 0; from < 200; from += 40) {
      double expected = Arrays.stream(exact, from, from + 40).average().orElseThrow();
      double found = Arrays.stream(half, from, from + 40).average().orElseThrow();
      assertThat(found).as("steps from " + from).isCloseTo(expected, withinPercentage(2));
    }
  }

  private static double[] learned(Precision precision, boolean checkpointing) {
    try (DiffusionPrior plain = TinyProblem.untrained()) {
      plain.network().computeIn(precision);
      return TinyProblem.train(checkpointing ? plain.withGradientCheckpointing() : plain, 200);
    }
  }

  /** With dropout, of attention too, and hidden brains and images. */
  @Test
  void should_have_the_same_gradients_with_less_memory() {
    PriorConfig config = PriorFixtures.goldenConfig();
    TransformerConfig layers = TransformerConfig.finalLayer().withSize(2, 12, 64);
    DiffusionConfig process =
        DiffusionConfig.paper(WIDTH).withSchedule(BetaSchedule.COSINE, 20).withDropout(0.4, 0.4);
    for (DenoisingNetwork network :
        new DenoisingNetwork[] {
          new PriorNetwork(config.withTransformer(config.transformer().withDropout(0.2, 0.3))),
          new FinalLayerPriorNetwork(
              FinalLayerPriorConfig.paper().withTextSlots(8).withTransformer(layers))
        }) {
      try (DiffusionPrior prior = DiffusionPrior.of(PriorFixtures.filled(network), process)) {
        network.computeIn(Precision.BFLOAT16);
        Map<String, float[]> plain = gradients(prior);
        Map<String, float[]> checkpointed = gradients(prior.withGradientCheckpointing());
        plain.forEach(
            (name, values) ->
                TensorAssert.assertThat(checkpointed.get(name))
                    .as(name)
                    .isWithinRelativeL2(values, 0.035));
      }
    }
  }

  private static Map<String, float[]> gradients(DiffusionPrior prior) {
    Map<String, float[]> found = new LinkedHashMap<>();
    try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.conventional(prior.network(), 0));
        StepScope step = StepScope.open(Device.cpu())) {
      NDManager manager = step.manager();
      int tokens = prior.space().tokens();
      int width = prior.space().width();
      BrainTokens condition = PriorFixtures.brain(manager, 2, 5, tokens, width);
      ClipTokens target = PriorFixtures.normal(manager, 3, 5, tokens, width);
      NDArray loss = prior.trainingLoss(condition, target, NoiseSource.seeded(4)).loss();
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      for (Parameter parameter : optimizer.parameters()) {
        gradients.of(parameter).ifPresent(g -> found.put(parameter.getName(), g.toFloatArray()));
      }
    }
    return found;
  }

  @Test
  void should_load_weights_in_the_format() throws IOException {
    for (DenoisingNetwork network :
        new DenoisingNetwork[] {PriorFixtures.small(5, 2), PriorFixtures.smallFinalLayer(4, 2)}) {
      Path file = folder.resolve(network.getClass().getSimpleName() + ".safetensors");
      NoiseSchedule schedule = PROCESS.noiseSchedule();
      try (network;
          CallScope scope = CallScope.open(Device.cpu())) {
        NDManager manager = scope.manager();
        WeightFiles.write(file, SavedPriors.model(manager, network, schedule), Map.of());
        network.computeIn(Precision.BFLOAT16);
        NDArray x = PriorFixtures.normal(manager, 3, 2, network.space().tokens(), 12).array();
        BrainTokens brain = BrainTokens.of(x);
        float[] expected =
            DiffusionPrior.of(network, PROCESS)
                .denoiser(brain, manager)
                .predict(x, 3)
                .toFloatArray();
        for (int i = 0; i < 2; i++) {
          try (DiffusionPrior loaded =
              i == 0
                  ? DiffusionPrior.load(file, Precision.BFLOAT16, Device.cpu())
                  : DiffusionPrior.load(file, PROCESS, Precision.BFLOAT16, Device.cpu())) {
            assertThat(loaded.network().precision()).isEqualTo(Precision.BFLOAT16);
            NDArray weight =
                loaded.network().arrays().get("causal_transformer.layers.1.0.to_q.weight");
            assertThat(DataTypes.of(weight)).isEqualTo(DataType.BFLOAT16);
            assertThat(loaded.denoiser(brain, manager).predict(x, 3).toFloatArray())
                .containsExactly(expected);
          }
        }
      }
    }
  }

  @Test
  void should_refuse_integers() throws IOException {
    Path file = folder.resolve("last.safetensors");
    try (PriorNetwork network = PriorFixtures.small(3, 1);
        CallScope scope = CallScope.open(Device.cpu())) {
      WeightFiles.write(
          file, SavedPriors.model(scope.manager(), network, PROCESS.noiseSchedule()), Map.of());
    }
    assertThatThrownBy(() -> DiffusionPrior.load(file, Precision.INT8_WEIGHTS, Device.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "PriorNetwork: expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void should_leave_nothing_behind_a_step_of_sampling(double guidance) {
    for (DenoisingNetwork network :
        new DenoisingNetwork[] {PriorFixtures.small(5, 2), PriorFixtures.smallFinalLayer(4, 2)}) {
      try (DiffusionPrior prior = DiffusionPrior.of(network, PROCESS).withGuidance(guidance);
          CallScope inputs = CallScope.open(Device.cpu())) {
        network.computeIn(Precision.BFLOAT16);
        NDArray x =
            PriorFixtures.normal(inputs.manager(), 3, 2, network.space().tokens(), 12).array();
        Denoiser denoiser = prior.denoiser(BrainTokens.of(x), inputs.manager());
        LeakCheck.assertNoLeak(() -> denoiser.predict(x, 3).close());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_leave_nothing_behind_a_step_of_training(boolean checkpointing) {
    try (DiffusionPrior plain = DiffusionPrior.of(PriorFixtures.small(3, 2), PROCESS)) {
      plain.network().computeIn(Precision.BFLOAT16);
      DiffusionPrior prior = checkpointing ? plain.withGradientCheckpointing() : plain;
      LeakCheck.assertNoLeak(() -> gradients(prior));
    }
  }
}
