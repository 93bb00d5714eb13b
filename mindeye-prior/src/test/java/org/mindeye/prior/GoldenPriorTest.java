package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mindeye.prior.PriorFixtures.BASE;
import static org.mindeye.prior.PriorFixtures.GOLDEN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
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

  private static ClipTokens condition(NDManager manager) {
    return PriorFixtures.input(manager, BASE + 31, 1, 3, TOKENS, WIDTH);
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
        Denoiser guided = new Guidance(network, 2).around(network.conditioned(c));
        float[] expected = GOLDEN.array(scope.manager(), "prior.cond_scale2").get(i).toFloatArray();
        TensorAssert.assertThat(guided.predict(x, TIMESTEPS[i]).toFloatArray())
            .isWithinRelativeL2(expected, FORWARD);
      }
    }
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
      ClipTokens first = ClipTokens.of(condition(manager).array().get("0:1"));
      NoiseSource noise = PriorFixtures.draws(BASE + 1000, count, TOKENS * WIDTH);
      ClipTokens sampled = prior().withSampler(sampler).sample(first, noise, manager);
      TensorAssert.assertThat(sampled.array()).matches(GOLDEN, entry, SAMPLE);
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> noise.normal(new float[1]))
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
      ClipTokens brain = PriorFixtures.input(scope.manager(), BASE + 34, 1, 2, 1, 768);
      NDArray predicted =
          single
              .predict(noisy, new int[] {3, 999}, brain, ConditioningMask.showAll(2), Mode.eval())
              .array();
      TensorAssert.assertThat(predicted.reshape(2, 768))
          .matches(GOLDEN, "prior.final_layer_net", FORWARD);
      for (int i = 0; i < 2; i++) {
        NDArray one = noisy.array().get(i + ":" + (i + 1));
        Denoiser fast = single.conditioned(brain.array().get(i + ":" + (i + 1)));
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
      ClipTokens brain = PriorFixtures.input(scope.manager(), 1004, 1, 1, 257, 768);
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
      assertThat(Math.sqrt(squares)).isCloseTo(447.4607, org.assertj.core.data.Offset.offset(1e-3));
    }
  }
}
