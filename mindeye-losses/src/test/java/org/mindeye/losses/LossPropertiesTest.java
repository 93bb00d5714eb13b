// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Garbage;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class LossPropertiesTest {
  @FreshManager private NDManager manager;

  /** All losses as functions of the brain's vectors. */
  private static Map<String, UnaryOperator<NDArray>> losses(
      ClipVectors image, ClipVectors augmented, MixCoPlan mix) {
    Map<String, UnaryOperator<NDArray>> losses = new TreeMap<>();
    losses.put("clip", x -> new ClipLoss(0.05).evaluate(ClipVectors.of(x), image));
    losses.put("soft clip", x -> new SoftClipLoss(0.05).evaluate(ClipVectors.of(x), image));
    losses.put(
        "soft contrastive",
        x -> new SoftContrastiveLoss(0.05).evaluate(ClipVectors.of(x), image, augmented));
    for (MixCoTargets targets : MixCoTargets.values()) {
      BiMixCoLoss loss = new BiMixCoLoss(0.05, targets);
      losses.put("bimixco " + targets, x -> loss.evaluate(ClipVectors.of(x), image, mix));
    }
    return losses;
  }

  private Map<String, UnaryOperator<NDArray>> losses(int batch, int width) {
    return losses(
        Vectors.of(manager, Vectors.unitRows(2, batch, width)),
        Vectors.of(manager, Vectors.unitRows(3, batch, width)),
        MixCo.draw(batch, new MixCoConfig(1, 0.7), NoiseSource.seeded(4)));
  }

  @ParameterizedTest
  @CsvSource({"2,1", "2,3", "3,7", "5,2", "17,33", "32,65"})
  void should_equal_the_formulas_in_loops(int batch, int width) {
    double[][] brain = Vectors.unitRows(1, batch, width);
    double[][] image = Vectors.unitRows(2, batch, width);
    double[][] augmented = Vectors.unitRows(3, batch, width);
    MixCoPlan mix = MixCo.draw(batch, new MixCoConfig(1, 0.7), NoiseSource.seeded(4));
    Map<String, Double> expected = new TreeMap<>();
    expected.put("clip", PlainLoss.clip(brain, image, 0.05));
    expected.put("soft clip", PlainLoss.softClip(brain, image, 0.05));
    expected.put("soft contrastive", PlainLoss.softContrastive(brain, image, augmented, 0.05));
    for (MixCoTargets targets : MixCoTargets.values()) {
      expected.put(
          "bimixco " + targets, PlainLoss.biMixCo(brain, image, mix.targets(targets), 0.05));
    }
    losses(batch, width)
        .forEach(
            (name, loss) ->
                assertThat(loss.apply(Vectors.of(manager, brain).array()).getDouble())
                    .as(name)
                    .isCloseTo(expected.get(name), offset(1e-10)));
  }

  @Test
  void should_stay_accurate_in_float32_at_the_published_width() {
    double[][] image = Vectors.unitRows(2, 6, 257 * 768);
    double[][] brain = Vectors.unitRows(1, 6, 257 * 768);
    for (int i = 0; i < brain.length; i++) {
      for (int j = 0; j < brain[i].length; j++) {
        brain[i][j] = 0.6 * brain[i][j] + 0.02 * image[(i + 1) % 6][j] + 0.01 * image[i][j];
      }
    }
    ClipVectors p = ClipVectors.normalized(Vectors.of(manager, brain, DataType.FLOAT32).array());
    ClipVectors t = Vectors.of(manager, image, DataType.FLOAT32);
    double[][] unit = Vectors.toUnitRows(brain);
    MixCoPlan mix = MixCo.draw(6, NoiseSource.seeded(4));
    double[][] targets = mix.targets(MixCoTargets.AS_PUBLISHED);
    assertThat((double) BiMixCoLoss.paper().evaluate(p, t, mix).getFloat())
        .isCloseTo(PlainLoss.biMixCo(unit, image, targets, 0.006), withinPercentage(1e-3));
    assertThat((double) new SoftClipLoss(0.004).evaluate(p, t).getFloat())
        .isCloseTo(PlainLoss.softClip(unit, image, 0.004), withinPercentage(1e-3));
  }

  @Test
  void should_have_the_gradient_of_finite_differences() {
    losses(6, 5)
        .forEach(
            (name, loss) -> {
              ClipVectors brain = Vectors.of(manager, Vectors.unitRows(1, 6, 5));
              NDArray gradient = Vectors.gradient(brain, loss);
              FiniteDifferences.ALL.assertGradient(name, loss, brain.array(), gradient, 1e-6);
            });
  }

  @Test
  void should_not_depend_on_the_order_of_samples() {
    int[] order = {3, 0, 4, 1, 5, 2};
    double[][] brain = Vectors.unitRows(1, 6, 5);
    double[][] image = Vectors.unitRows(2, 6, 5);
    double[][] augmented = Vectors.unitRows(3, 6, 5);
    MixCoPlan mix =
        MixCoPlan.of(
            new int[] {1, 0, 2, 5, 3, 4},
            new double[] {0.1, 0.2, 0.3, 1, 0.5, 0.6},
            new boolean[] {true, true, true, false, true, true});
    Map<String, UnaryOperator<NDArray>> reordered =
        losses(
            Vectors.of(manager, Vectors.reordered(image, order)),
            Vectors.of(manager, Vectors.reordered(augmented, order)),
            reordered(mix, order));
    losses(Vectors.of(manager, image), Vectors.of(manager, augmented), mix)
        .forEach(
            (name, loss) -> {
              double value = loss.apply(Vectors.of(manager, brain).array()).getDouble();
              NDArray other = Vectors.of(manager, Vectors.reordered(brain, order)).array();
              assertThat(reordered.get(name).apply(other).getDouble())
                  .as(name)
                  .isCloseTo(value, offset(1e-12));
            });
  }

  private static MixCoPlan reordered(MixCoPlan mix, int[] order) {
    int batch = order.length;
    int[] place = new int[batch];
    for (int i = 0; i < batch; i++) {
      place[order[i]] = i;
    }
    int[] permutation = new int[batch];
    double[] betas = new double[batch];
    boolean[] selected = new boolean[batch];
    for (int i = 0; i < batch; i++) {
      permutation[i] = place[mix.permutation()[order[i]]];
      betas[i] = mix.betas()[order[i]];
      selected[i] = mix.selected()[order[i]];
    }
    return MixCoPlan.of(permutation, betas, selected);
  }

  @Test
  void should_equal_clip_when_nothing_is_mixed() {
    ClipVectors brain = Vectors.of(manager, Vectors.unitRows(1, 5, 4));
    ClipVectors image = Vectors.of(manager, Vectors.unitRows(2, 5, 4));
    double clip = BiMixCoLoss.paper().withoutMixing().evaluate(brain, image).getDouble();
    // No sample is its own partner, else the published targets would lose it.
    MixCoPlan none = MixCoPlan.of(new int[] {1, 2, 3, 4, 0}, new double[5], new boolean[5]);
    MixCoPlan all =
        MixCoPlan.of(
            new int[] {1, 2, 3, 4, 0},
            new double[] {1, 1, 1, 1, 1},
            new boolean[] {true, true, true, true, true});
    for (MixCoPlan plan : List.of(none, all)) {
      assertThat(BiMixCoLoss.paper().evaluate(brain, image, plan).getDouble()).isEqualTo(clip);
    }
  }

  @Test
  void should_ignore_an_unmixed_sample_that_is_its_own_partner_as_published() {
    double[][] weights =
        MixCoPlan.of(new int[] {0, 2, 1}, new double[3], new boolean[3])
            .targets(MixCoTargets.AS_PUBLISHED);
    assertThat(weights).isDeepEqualTo(new double[][] {{0, 0, 0}, {0, 1, 0}, {0, 0, 1}});
  }

  @Test
  void should_treat_both_directions_alike() {
    ClipVectors brain = Vectors.of(manager, Vectors.unitRows(1, 5, 4));
    ClipVectors image = Vectors.of(manager, Vectors.unitRows(2, 5, 4));
    ClipLoss loss = new ClipLoss(0.05);
    assertThat(loss.evaluate(brain, image).getDouble())
        .isCloseTo(loss.evaluate(image, brain).getDouble(), offset(1e-12));
  }

  @Test
  void should_reach_the_minimum_of_softclip_at_the_images() {
    ClipVectors image = Vectors.of(manager, Vectors.unitRows(2, 5, 4));
    ClipVectors brain = Vectors.of(manager, Vectors.unitRows(2, 5, 4));
    SoftClipLoss loss = new SoftClipLoss(0.2);
    NDArray gradient = Vectors.gradient(brain, x -> loss.evaluate(ClipVectors.of(x), image));
    // The row part vanishes; the column part too, since brain equals image.
    TensorAssert.assertThat(gradient).isWithinAbsolute(new double[20], 1e-12);
    assertThat(loss.evaluate(brain, image).getDouble()).isPositive();
  }

  @Test
  void should_differentiate_correctly_after_garbage_was_collected() {
    NDArray brain = Vectors.of(manager, Vectors.unitRows(1, 6, 5)).array();
    Map<String, UnaryOperator<NDArray>> losses = losses(6, 5);
    Map<String, double[]> expected = new TreeMap<>();
    losses.forEach(
        (name, loss) ->
            expected.put(name, Vectors.gradient(ClipVectors.of(brain), loss).toDoubleArray()));
    brain.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      Map<String, NDArray> values = new TreeMap<>();
      losses.forEach((name, loss) -> values.put(name, loss.apply(brain)));
      Garbage.collectAndReuse();
      values.forEach(
          (name, value) ->
              TensorAssert.assertThat(Gradients.of(value, List.of(brain)).get(0))
                  .as(name)
                  .isWithinAbsolute(expected.get(name), 0));
    }
  }

  @Test
  void should_give_the_images_no_gradient() {
    NDArray brain = Vectors.of(manager, Vectors.unitRows(1, 5, 4)).array();
    NDArray image = Vectors.of(manager, Vectors.unitRows(2, 5, 4)).array();
    NDArray augmented = Vectors.of(manager, Vectors.unitRows(3, 5, 4)).array();
    List<NDArray> leaves = List.of(brain, image, augmented);
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    MixCoPlan mix = MixCo.draw(5, NoiseSource.seeded(4));
    losses(ClipVectors.of(image), ClipVectors.of(augmented), mix)
        .forEach(
            (name, loss) -> {
              try (GradMode on = GradMode.on()) {
                List<NDArray> gradients = Gradients.of(loss.apply(brain), leaves);
                assertThat(gradients.get(0)).as(name).isNotNull();
                assertThat(gradients.get(1)).as(name).isNull();
                assertThat(gradients.get(2)).as(name).isNull();
              }
            });
  }

  @Test
  void should_keep_the_type_and_leave_the_inputs() {
    double[][] rows = Vectors.unitRows(1, 5, 4);
    ClipVectors image = Vectors.of(manager, Vectors.unitRows(2, 5, 4), DataType.FLOAT32);
    NDArray brain = Vectors.of(manager, rows, DataType.FLOAT32).array();
    float[] before = brain.toFloatArray();
    float[] imageBefore = image.array().toFloatArray();
    losses(image, image, MixCo.draw(5, NoiseSource.seeded(4)))
        .forEach(
            (name, loss) -> {
              NDArray value = loss.apply(brain);
              assertThat(value.getDataType()).as(name).isEqualTo(DataType.FLOAT32);
              assertThat(value.getShape().dimension()).as(name).isZero();
              assertThat(value.getManager()).as(name).isSameAs(manager);
            });
    assertThat(brain.toFloatArray()).isEqualTo(before);
    assertThat(image.array().toFloatArray()).isEqualTo(imageBefore);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    losses(4, 3)
        .forEach(
            (name, loss) -> {
              ClipVectors brain = Vectors.of(manager, Vectors.unitRows(1, 4, 3));
              LeakCheck.assertNoLeak(() -> loss.apply(brain.array()).close());
              LeakCheck.assertNoLeak(
                  () -> {
                    try (NDScope scope = new NDScope()) {
                      scope.suppressNotUsedWarning();
                      Vectors.gradient(brain, loss);
                    }
                  });
            });
  }
}
