// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.mindeye.prior.PriorFixtures.BASE;
import static org.mindeye.prior.PriorFixtures.GOLDEN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.testkit.TensorAssert;

/** The 257-token architecture and its process against tensors of the original code. */
class GoldenPriorTest {
  private static final double FORWARD = 1e-5;
  private static final double GRADIENT = 5e-5;
  private static final double SAMPLE = 2e-5;
  private static final int[] TIMESTEPS = {0, 41, 99};
  private static final int TOKENS = PriorFixtures.goldenConfig().space().tokens();
  private static final int WIDTH = PriorFixtures.goldenConfig().space().width();

  private static PriorNetwork network;

  @BeforeAll
  static void open() {
    network = PriorFixtures.golden(PriorFixtures.goldenConfig());
  }

  @AfterAll
  static void close() {
    network.close();
  }

  private static ClipTokens noisy(NDManager manager) {
    return PriorFixtures.input(manager, BASE + 30, 2, 3, TOKENS, WIDTH);
  }

  private static BrainTokens condition(NDManager manager) {
    return PriorFixtures.brain(PriorFixtures.input(manager, BASE + 31, 1, 3, TOKENS, WIDTH));
  }

  private static DiffusionPrior prior() {
    return DiffusionPrior.of(network, DiffusionConfig.paper(WIDTH));
  }

  private static NDArray predict(CallScope scope, ConditioningMask mask) {
    NDManager manager = scope.manager();
    return network
        .predict(noisy(manager), TIMESTEPS, condition(manager), mask, Mode.eval())
        .array();
  }

  @Test
  void should_predict_what_the_original_predicts() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      TensorAssert.assertThat(predict(scope, ConditioningMask.showAll(3)))
          .matches(GOLDEN, "prior.net", FORWARD);
      TensorAssert.assertThat(predict(scope, ConditioningMask.hideAll(3)))
          .matches(GOLDEN, "prior.net_null", FORWARD);
    }
  }

  @Test
  void should_guide_as_the_original_does() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      for (int i = 0; i < TIMESTEPS.length; i++) {
        NDArray x = noisy(scope.manager()).array().get(i + ":" + (i + 1));
        NDArray c = condition(scope.manager()).array().get(i + ":" + (i + 1));
        Denoiser guided = new Guidance(network, 2).around(network.conditioned(c).denoiser());
        float[] expected = GOLDEN.array(scope.manager(), "prior.cond_scale2").get(i).toFloatArray();
        TensorAssert.assertThat(guided.predict(x, TIMESTEPS[i]).toFloatArray())
            .isWithinRelativeL2(expected, FORWARD);
      }
    }
  }

  /** Section 12, F3, of the numerical specification: what trains the backbone, among others. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_have_the_specified_gradients(boolean checkpointing) {
    DiffusionPrior prior = checkpointing ? prior().withGradientCheckpointing() : prior();
    try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(network, 1e-2));
        StepScope step = StepScope.open(Device.cpu())) {
      NDManager manager = step.manager();
      BrainTokens condition =
          PriorFixtures.brain(PriorFixtures.input(manager, 1002, 1, 2, TOKENS, WIDTH));
      condition.array().setRequiresGradient(true);
      ClipTokens target = PriorFixtures.input(manager, 1001, 0.1, 2, TOKENS, WIDTH);
      NDArray noise = PriorFixtures.input(manager, 1005, Math.sqrt(3), 2, TOKENS, WIDTH).array();
      DiffusionDraw draw =
          new DiffusionDraw(new int[] {10, 90}, noise, ConditioningMask.showAll(2));
      NDArray loss = prior.trainingLoss(condition, target, draw, Mode.eval()).loss();
      assertThat(loss.getFloat()).isCloseTo(3.5577817f, within(1e-4f));
      Map<String, NDArray> parts = new LinkedHashMap<>(Map.of("condition", condition.array()));
      optimizer.parameters().forEach(p -> parts.put(p.getName(), p.getArray()));
      List<NDArray> slopes = Gradients.of(loss, List.copyOf(parts.values()));
      Map<String, NDArray> found = new LinkedHashMap<>();
      parts.keySet().forEach(name -> found.put(name, slopes.get(found.size())));
      String layers = "causal_transformer.layers.";
      assertGradient(found.get("condition"), 0.085334156, 2.793573e-4, -6.290892e-5, -3.183376e-4);
      assertGradient(
          found.get(layers + "0.0.to_q.weight"), 1.2825359, 3.19877e-4, 4.22105e-5, -8.56736e-4);
      assertGradient(
          found.get(layers + "1.0.to_kv.weight"),
          0.8420478,
          5.746357e-3,
          -5.509746e-3,
          -2.401259e-3);
      assertGradient(
          found.get(layers + "1.1.1.weight"), 0.4925602, 1.225457e-4, -6.13905e-5, -1.607641e-5);
      assertGradient(
          found.get("causal_transformer.project_out.weight"),
          1.2228584,
          -8.798065e-4,
          3.253971e-3,
          -8.87093e-5);
    }
  }

  private static void assertGradient(NDArray gradient, double norm, double... first) {
    float[] values = gradient.toFloatArray();
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    assertThat(Math.sqrt(squares)).isCloseTo(norm, withPercentage(0.01));
    TensorAssert.assertThat(Arrays.copyOf(values, first.length))
        .isWithinAbsolute(first, 1e-5 * norm);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_have_the_original_loss_and_gradients(boolean checkpointing) {
    DiffusionPrior prior = checkpointing ? prior().withGradientCheckpointing() : prior();
    try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(network, 1e-2));
        StepScope step = StepScope.open(Device.cpu())) {
      NDManager manager = step.manager();
      ClipTokens target =
          PriorFixtures.input(manager, BASE + 30, 0.1, 3, TOKENS, WIDTH); // a twentieth of noisy
      NDArray noise =
          PriorFixtures.input(manager, BASE + 32, Math.sqrt(3), 3, TOKENS, WIDTH).array();
      DiffusionDraw draw =
          new DiffusionDraw(new int[] {3, 50, 97}, noise, ConditioningMask.showAll(3));
      PriorLoss loss = prior.trainingLoss(condition(manager), target, draw, Mode.eval());
      ParameterGradients gradients = step.gradients(loss.loss(), optimizer.parameters());

      TensorAssert.assertThat(loss.loss()).matches(GOLDEN, "prior.loss", FORWARD);
      TensorAssert.assertThat(loss.predicted().array()).matches(GOLDEN, "prior.pred", FORWARD);
      int compared = 0;
      for (Parameter parameter : optimizer.parameters()) {
        String entry = "prior.grad." + parameter.getName();
        if (GOLDEN.contains(entry) || GOLDEN.contains(entry + "@l2")) {
          TensorAssert.assertThat(gradients.of(parameter).orElseThrow())
              .matches(GOLDEN, entry, GRADIENT);
          compared++;
        }
      }
      assertThat(compared).isEqualTo(6);
    }
  }

  @Test
  void should_sample_the_original_samples() {
    int ddpm = Integer.parseInt(GOLDEN.metadata("ddpm_draws"));
    int ddim = Integer.parseInt(GOLDEN.metadata("ddim_draws"));
    assertSample(new DdpmSampler(), ddpm, "prior.ddpm100");
    assertSample(new DdimSampler(10, 1, DdimSampler.Variant.AS_PUBLISHED), ddim, "prior.ddim10");
  }

  private static void assertSample(PriorSampler sampler, int count, String entry) {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      BrainTokens first = BrainTokens.of(condition(manager).array().get("0:1"));
      NoiseSource noise = PriorFixtures.draws(BASE + 1000, count, TOKENS * WIDTH);
      ClipTokens sampled = prior().withSampler(sampler).sample(first, noise, manager);
      TensorAssert.assertThat(sampled.array()).matches(GOLDEN, entry, SAMPLE);
      assertThatThrownBy(() -> noise.normal(new float[1]))
          .as("all draws used")
          .hasMessageContaining("used up");
    }
  }

  @Test
  void should_predict_from_a_single_vector_as_the_original_does() {
    TransformerConfig layers = TransformerConfig.finalLayer().withSize(2, 12, 64);
    FinalLayerPriorConfig config =
        FinalLayerPriorConfig.paper().withTextSlots(8).withTransformer(layers);
    try (FinalLayerPriorNetwork single = PriorFixtures.filled(new FinalLayerPriorNetwork(config));
        CallScope scope = CallScope.open(Device.cpu())) {
      ClipTokens noisy = PriorFixtures.input(scope.manager(), BASE + 33, 2, 2, 1, 768);
      BrainTokens brain =
          PriorFixtures.brain(PriorFixtures.input(scope.manager(), BASE + 34, 1, 2, 1, 768));
      NDArray predicted =
          single
              .predict(noisy, new int[] {3, 999}, brain, ConditioningMask.showAll(2), Mode.eval())
              .array();
      TensorAssert.assertThat(predicted.reshape(2, 768))
          .matches(GOLDEN, "prior.final_layer_net", FORWARD);
      for (int i = 0; i < 2; i++) {
        NDArray one = noisy.array().get(i + ":" + (i + 1));
        Denoiser fast = single.conditioned(brain.array().get(i + ":" + (i + 1))).denoiser();
        TensorAssert.assertThat(fast.predict(one, i == 0 ? 3 : 999).toFloatArray())
            .isWithinRelativeL2(predicted.get(i).toFloatArray(), FORWARD);
      }
    }
  }

  /** Section 12, F2, of the numerical specification: all distance buckets, late rotations. */
  @Test
  void should_predict_long_sequences_as_the_original_does() {
    PriorConfig config =
        PriorConfig.paper().withTransformer(TransformerConfig.paper().withSize(1, 12, 64));
    try (PriorNetwork wide = PriorFixtures.golden(config);
        CallScope scope = CallScope.open(Device.cpu())) {
      ClipTokens noisy = PriorFixtures.input(scope.manager(), 1003, 2, 1, 257, 768);
      BrainTokens brain =
          PriorFixtures.brain(PriorFixtures.input(scope.manager(), 1004, 1, 1, 257, 768));
      float[] values =
          wide.predict(noisy, new int[] {42}, brain, ConditioningMask.showAll(1), Mode.eval())
              .array()
              .toFloatArray();
      int n = values.length;
      TensorAssert.assertThat(
              new float[] {
                values[0], values[1], values[2], values[3], values[n - 2], values[n - 1]
              })
          .isWithinAbsolute(
              new float[] {
                0.4702396f, -0.02372769f, 0.2808423f, -0.5041251f, 0.5749161f, 0.03680164f
              },
              1e-4);
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      assertThat(Math.sqrt(squares)).isCloseTo(447.4607, within(1e-3));
    }
  }
}
