// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** Three samples of two numbers, computed with the original functions in float64. */
class WorkedExampleTest {
  private static final double[][] P = {{1, 0}, {0.6, 0.8}, {0, 1}};
  private static final double[][] T = {{0.8, 0.6}, {0, 1}, {-0.6, 0.8}};
  private static final double[][] AUGMENTED = {{0.6, 0.8}, {-0.28, 0.96}, {-0.8, 0.6}};
  private static final double[] BETAS = {0.3, 1, 0.9};
  private static final boolean[] SELECTED = {true, false, true};
  private static final MixCoPlan CYCLE = MixCoPlan.of(new int[] {1, 2, 0}, BETAS, SELECTED);
  private static final MixCoPlan FIXED_POINT = MixCoPlan.of(new int[] {1, 0, 2}, BETAS, SELECTED);

  @FreshManager private NDManager manager;
  private ClipVectors p;
  private ClipVectors t;

  @BeforeEach
  void build() {
    p = Vectors.of(manager, P);
    t = Vectors.of(manager, T);
  }

  private void check(UnaryOperator<NDArray> loss, double value, double... gradient) {
    assertThat(loss.apply(p.array()).getDouble()).isCloseTo(value, offset(1e-10));
    if (gradient.length > 0) {
      TensorAssert.assertThat(Vectors.gradient(p, loss)).isWithinAbsolute(gradient, 6e-9);
    }
  }

  @Test
  void should_give_plain_clip() {
    check(x -> new ClipLoss(0.1).evaluate(ClipVectors.of(x), t), 1.3111575177);
  }

  @Test
  void should_give_bimixco() {
    BiMixCoLoss loss = new BiMixCoLoss(0.1, MixCoTargets.AS_PUBLISHED);
    check(
        x -> loss.evaluate(ClipVectors.of(x), t, CYCLE),
        3.3119074119,
        0.62048226,
        -1.86729615,
        1.53634668,
        -1.55141946,
        0.55398483,
        2.71477782);
    assertThat(CYCLE.targets(MixCoTargets.AS_PUBLISHED))
        .isDeepEqualTo(new double[][] {{0.3, 0.7, 0}, {0, 1, 0}, {1 - 0.9, 0, 0.9}});
  }

  @Test
  void should_lose_mass_at_a_fixed_point_as_published() {
    BiMixCoLoss loss = new BiMixCoLoss(0.1, MixCoTargets.AS_PUBLISHED);
    check(
        x -> loss.evaluate(ClipVectors.of(x), t, FIXED_POINT),
        2.8929610365,
        0.59858323,
        -1.88372179,
        1.43226587,
        -1.63862389,
        0.09982590,
        2.52979343);
    assertThat(FIXED_POINT.targets(MixCoTargets.AS_PUBLISHED)[2][2]).isEqualTo(1 - 0.9);
  }

  @Test
  void should_keep_all_mass_when_corrected() {
    BiMixCoLoss loss = new BiMixCoLoss(0.1, MixCoTargets.CORRECTED);
    check(x -> loss.evaluate(ClipVectors.of(x), t, FIXED_POINT), 3.2152261154);
    assertThat(FIXED_POINT.targets(MixCoTargets.CORRECTED)[2][2]).isEqualTo(1);
  }

  @Test
  void should_give_softclip() {
    check(
        x -> new SoftClipLoss(0.1).evaluate(ClipVectors.of(x), t),
        1.4736400345,
        -1.06662185,
        -0.85594963,
        2.37797686,
        -1.10688901,
        0.70039397,
        1.69019730);
  }

  @Test
  void should_stay_finite_at_small_temperatures() {
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
      ClipVectors brain = Vectors.of(manager, P, type);
      ClipVectors image = Vectors.of(manager, T, type);
      double allowed = type == DataType.FLOAT64 ? 1e-9 : 2e-5;
      assertThat(Vectors.value(new SoftClipLoss(0.004).evaluate(brain, image)))
          .isCloseTo(30, offset(allowed));
      assertThat(Vectors.value(new ClipLoss(0.006).evaluate(brain, image)))
          .isCloseTo(20, offset(allowed));
    }
  }

  @Test
  void should_give_the_soft_contrastive_loss() {
    ClipVectors augmented = Vectors.of(manager, AUGMENTED);
    check(
        x -> new SoftContrastiveLoss(0.1).evaluate(ClipVectors.of(x), t, augmented),
        1.9038446221,
        -0.81163764,
        -1.08977326,
        2.19815887,
        -0.14873157,
        0.54066696,
        1.31183702);
    check(
        x -> new SoftContrastiveLoss(0.2).evaluate(ClipVectors.of(x), t, augmented), 1.1741123030);
  }

  @Test
  void should_mix_voxels() {
    NDArray voxels = Vectors.of(manager, new double[][] {{1, 2}, {3, 4}, {5, 6}}).array();
    TensorAssert.assertThat(CYCLE.apply(VoxelBatch.of(voxels)).array())
        .hasShape(3, 2)
        .isWithinAbsolute(new double[] {2.4, 3.4, 3, 4, 4.6, 5.6}, 1e-15);
  }
}
