// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class PriorNetworkTest {
  /** The original counts the 16 frozen frequencies, once for all layers. */
  private static final long FREQUENCIES = 16;

  @Test
  void should_have_the_published_parameter_counts() {
    PriorNetwork hidden = new PriorNetwork(PriorConfig.paper());
    assertThat(hidden.parameterCount() + FREQUENCIES).isEqualTo(56_055_184);
    FinalLayerPriorNetwork last = new FinalLayerPriorNetwork(FinalLayerPriorConfig.paper());
    assertThat(last.parameterCount() + FREQUENCIES).isEqualTo(101_894_032);
    long trained =
        hidden.trainable().stream().mapToLong(parameter -> parameter.getShape().size()).sum();
    assertThat(trained).isEqualTo(56_055_168);
  }

  @Test
  void should_carry_the_published_names_and_shapes() {
    PriorConfig config =
        PriorConfig.paper()
            .withSpace(new ClipSpace(3, 12))
            .withTransformer(new TransformerConfig(1, 3, 8, 2, true, 0, 0));
    Map<String, Shape> shapes =
        Map.ofEntries(
            Map.entry("learned_query", new Shape(3, 12)),
            Map.entry("null_brain_embeds", new Shape(3, 12)),
            Map.entry("null_image_embed", new Shape(3, 12)),
            Map.entry("to_time_embeds.0.1.net.0.0.weight", new Shape(24, 12)),
            Map.entry("to_time_embeds.0.1.net.0.0.bias", new Shape(24)),
            Map.entry("to_time_embeds.0.1.net.1.0.weight", new Shape(24, 24)),
            Map.entry("to_time_embeds.0.1.net.1.0.bias", new Shape(24)),
            Map.entry("to_time_embeds.0.1.net.2.weight", new Shape(12, 24)),
            Map.entry("to_time_embeds.0.1.net.2.bias", new Shape(12)),
            Map.entry(
                "causal_transformer.rel_pos_bias.relative_attention_bias.weight", new Shape(32, 3)),
            Map.entry("causal_transformer.layers.0.0.null_kv", new Shape(2, 8)),
            Map.entry("causal_transformer.layers.0.0.norm.g", new Shape(12)),
            Map.entry("causal_transformer.layers.0.0.to_q.weight", new Shape(24, 12)),
            Map.entry("causal_transformer.layers.0.0.to_kv.weight", new Shape(16, 12)),
            Map.entry("causal_transformer.layers.0.0.rotary_emb.freqs", new Shape(4)),
            Map.entry("causal_transformer.layers.0.0.to_out.0.weight", new Shape(12, 24)),
            Map.entry("causal_transformer.layers.0.0.to_out.1.g", new Shape(12)),
            Map.entry("causal_transformer.layers.0.1.0.g", new Shape(12)),
            Map.entry("causal_transformer.layers.0.1.1.weight", new Shape(48, 12)),
            Map.entry("causal_transformer.layers.0.1.3.g", new Shape(24)),
            Map.entry("causal_transformer.layers.0.1.5.weight", new Shape(12, 24)),
            Map.entry("causal_transformer.norm.g", new Shape(12)),
            Map.entry("causal_transformer.project_out.weight", new Shape(12, 12)));
    assertThat(new PriorNetwork(config).getParameters().toMap().entrySet())
        .extracting(Map.Entry::getKey, entry -> entry.getValue().getShape())
        .containsExactlyInAnyOrderElementsOf(
            shapes.entrySet().stream()
                .map(e -> org.assertj.core.groups.Tuple.tuple(e.getKey(), e.getValue()))
                .toList());
    assertThat(new FinalLayerPriorNetwork(FinalLayerPriorConfig.paper()).getParameters().keys())
        .startsWith(
            "learned_query",
            "null_text_encodings",
            "null_text_embeds",
            "null_image_embed",
            "to_time_embeds.0.weight")
        .contains("causal_transformer.layers.11.1.3.g");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 2, 3", "2, 1, 2", "3, 3, 1", "17, 2, 2", "33, 3, 2"})
  void should_predict_the_same_with_and_without_preparation(int tokens, int depth, int batch) {
    try (PriorNetwork network = PriorFixtures.small(tokens, depth)) {
      assertPreparedEqualsPlain(network, batch, 7);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 2, 3", "2, 3, 2", "17, 2, 2", "40, 3, 1", "150, 2, 1"})
  void should_predict_single_vectors_the_same_with_and_without_preparation(
      int slots, int depth, int batch) {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(slots, depth)) {
      assertPreparedEqualsPlain(network, batch, 49);
    }
  }

  private static void assertPreparedEqualsPlain(DenoisingNetwork network, int batch, int timestep) {
    long tokens = network.space().tokens();
    long width = network.space().width();
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      ClipTokens noisy = PriorFixtures.normal(manager, 1, batch, tokens, width);
      BrainTokens condition = PriorFixtures.brain(manager, 2, batch, tokens, width);
      int[] timesteps = IntStream.generate(() -> timestep).limit(batch).toArray();
      NDArray plain =
          network
              .predict(noisy, timesteps, condition, ConditioningMask.showAll(batch), Mode.eval())
              .array();
      Denoiser prepared = network.conditioned(condition.array()).denoiser();
      for (int again = 0; again < 2; again++) {
        TensorAssert.assertThat(prepared.predict(noisy.array(), timestep))
            .hasShape(batch, tokens, width)
            .isWithinRelativeL2(plain.toFloatArray(), 2e-6);
      }
    }
  }

  @Test
  void should_predict_each_sample_for_itself() {
    try (PriorNetwork network = PriorFixtures.small(5, 2);
        CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      ClipTokens noisy = PriorFixtures.normal(manager, 1, 3, 5, 12);
      BrainTokens condition = PriorFixtures.brain(manager, 2, 3, 5, 12);
      boolean[] brain = {true, false, true};
      boolean[] image = {true, true, false};
      int[] timesteps = {3, 50, 99};
      NDArray together =
          network
              .predict(noisy, timesteps, condition, ConditioningMask.of(brain, image), Mode.eval())
              .array();
      for (int i = 0; i < 3; i++) {
        String row = i + ":" + (i + 1);
        ConditioningMask own =
            ConditioningMask.of(new boolean[] {brain[i]}, new boolean[] {image[i]});
        NDArray alone =
            network
                .predict(
                    ClipTokens.of(noisy.array().get(row)),
                    new int[] {timesteps[i]},
                    BrainTokens.of(condition.array().get(row)),
                    own,
                    Mode.eval())
                .array();
        TensorAssert.assertThat(together.get(row)).isWithinRelativeL2(alone.toFloatArray(), 2e-6);
      }
    }
  }

  @Test
  void should_not_look_at_what_is_hidden() {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(4, 2);
        CallScope scope = CallScope.open(Device.cpu())) {
      ConditioningMask mask = ConditioningMask.hideAll(1);
      NDManager manager = scope.manager();
      float[][] results = new float[2][];
      for (int i = 0; i < 2; i++) {
        ClipTokens any = PriorFixtures.normal(manager, i, 1, 1, 12);
        results[i] =
            network
                .predict(any, new int[] {9}, PriorFixtures.brain(any), mask, Mode.eval())
                .array()
                .toFloatArray();
      }
      assertThat(results[0]).isEqualTo(results[1]);
    }
  }

  @Test
  void should_run_as_a_block_of_djl() {
    try (PriorNetwork network = PriorFixtures.small(2, 1);
        CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      NDArray noisy = PriorFixtures.normal(manager, 1, 2, 2, 12).array();
      NDArray condition = PriorFixtures.brain(manager, 2, 2, 2, 12).array();
      NDArray timesteps = manager.create(new long[] {3, 4});
      NDList inputs = new NDList(noisy, timesteps, condition);
      NDArray predicted =
          network.forward(new ParameterStore(manager, false), inputs, false).singletonOrThrow();
      NDArray expected =
          network
              .predict(
                  ClipTokens.of(noisy),
                  new int[] {3, 4},
                  BrainTokens.of(condition),
                  ConditioningMask.showAll(2),
                  Mode.eval())
              .array();
      assertThat(predicted.toFloatArray()).isEqualTo(expected.toFloatArray());
      assertThat(network.getOutputShapes(new Shape[] {noisy.getShape()}))
          .containsExactly(noisy.getShape());
    }
  }

  @Test
  void should_refuse_what_does_not_fit() {
    try (PriorNetwork network = PriorFixtures.small(2, 1);
        FinalLayerPriorNetwork last = PriorFixtures.smallFinalLayer(4, 1);
        NDManager manager = Torch.newManager(Device.cpu())) {
      ClipTokens good = PriorFixtures.normal(manager, 1, 2, 2, 12);
      BrainTokens brain = PriorFixtures.brain(good);
      ClipTokens narrow = PriorFixtures.normal(manager, 1, 2, 2, 11);
      ClipTokens fewer = PriorFixtures.normal(manager, 1, 1, 2, 12);
      ClipTokens wide = ClipTokens.of(good.array().toType(DataType.FLOAT64, true));
      ConditioningMask all = ConditioningMask.showAll(2);
      int[] t = {0, 1};
      assertRefused(
          network,
          narrow,
          t,
          brain,
          all,
          "noisy tokens: expected [batch=2, tokens=2, width=12] but was [2, 2, 11]");
      assertRefused(
          network,
          good,
          t,
          PriorFixtures.brain(fewer),
          all,
          "condition: expected [batch=2, tokens=2, width=12] but was [1, 2, 12]");
      assertRefused(
          network,
          good,
          t,
          PriorFixtures.brain(wide),
          all,
          "condition: expected float32 values but the type is float64");
      assertRefused(
          network,
          good,
          new int[] {1},
          brain,
          all,
          "timesteps: expected one for each of 2 samples but there are 1");
      assertRefused(
          network,
          good,
          t,
          brain,
          ConditioningMask.showAll(3),
          "conditioning mask: made for 3 samples but there are 2");
      assertThatThrownBy(() -> network.predict(good, new int[] {0, -1}, brain, all, Mode.eval()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("timesteps: expected numbers of 0 or more but found -1");
      ClipTokens single = PriorFixtures.normal(manager, 1, 1, 1, 12);
      assertThatThrownBy(
              () ->
                  last.predict(
                      single,
                      new int[] {50},
                      PriorFixtures.brain(single),
                      ConditioningMask.showAll(1),
                      Mode.eval()))
          .hasMessage("timesteps: expected numbers from 0 to 49 but found 50");
      PriorNetwork empty = new PriorNetwork(network.config());
      assertThatThrownBy(() -> empty.predict(good, t, brain, all, Mode.eval()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PriorNetwork has no weights");
    }
  }

  private static void assertRefused(
      PriorNetwork network,
      ClipTokens noisy,
      int[] timesteps,
      BrainTokens condition,
      ConditioningMask mask,
      String message) {
    assertThatThrownBy(() -> network.predict(noisy, timesteps, condition, mask, Mode.eval()))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(message);
  }

  @Test
  void should_leave_nothing_behind_but_the_prediction() {
    List<DenoisingNetwork> networks =
        List.of(PriorFixtures.small(3, 2), PriorFixtures.smallFinalLayer(4, 2));
    for (DenoisingNetwork network : networks) {
      try (network;
          NDManager manager = Torch.newManager(Device.cpu())) {
        ClipTokens x = PriorFixtures.normal(manager, 1, 2, network.space().tokens(), 12);
        BrainTokens brain = PriorFixtures.brain(x);
        int[] timesteps = {1, 2};
        ConditioningMask all = ConditioningMask.showAll(2);
        LeakCheck.assertNoLeak(
            () -> network.predict(x, timesteps, brain, all, Mode.eval()).array().close());
        ConditioningMask some =
            ConditioningMask.of(new boolean[] {true, false}, new boolean[] {false, true});
        LeakCheck.assertNoLeak(
            () -> network.predict(x, timesteps, brain, some, Mode.eval()).array().close());
      }
    }
    LeakCheck.assertNoLeak(10, () -> PriorFixtures.small(3, 2).close());
  }

  @Test
  void should_keep_its_tables_when_the_scope_of_its_birth_ends() {
    PriorNetwork network;
    try (CallScope scope = CallScope.open(Device.cpu())) {
      network = PriorFixtures.small(3, 2);
    }
    try (network;
        PriorNetwork other = PriorFixtures.small(3, 2);
        CallScope scope = CallScope.open(Device.cpu())) {
      ClipTokens x = PriorFixtures.normal(scope.manager(), 1, 2, 3, 12);
      BrainTokens brain = PriorFixtures.brain(x);
      ConditioningMask all = ConditioningMask.showAll(2);
      int[] timesteps = {1, 2};
      float[] expected =
          other.predict(x, timesteps, brain, all, Mode.eval()).array().toFloatArray();
      assertThat(network.predict(x, timesteps, brain, all, Mode.eval()).array().toFloatArray())
          .isEqualTo(expected);
    }
  }

  @Test
  void should_begin_with_queries_of_about_length_1() {
    PriorConfig config = PriorConfig.paper().withSpace(new ClipSpace(20, 64));
    try (PriorNetwork network =
        PriorFixtures.initialized(
            new PriorNetwork(config.withTransformer(PriorFixtures.SMALL.withSize(1, 1, 8))))) {
      double squares = 0;
      for (float value : network.arrays().get("learned_query").toFloatArray()) {
        squares += (double) value * value;
      }
      assertThat(squares / 20).isCloseTo(1, within(0.2));
    }
  }
}
