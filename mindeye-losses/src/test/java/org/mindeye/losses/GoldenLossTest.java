// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class GoldenLossTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final double FORWARD = 1e-5;

  @FreshManager private NDManager manager;
  private ClipVectors brain;
  private ClipVectors image;

  @BeforeEach
  void read() {
    brain = ClipTokens.of(GOLDEN.array(manager, "backbone.projected")).toUnitVectors();
    image = unit(1, 6, 24);
  }

  private ClipVectors unit(int offset, int batch, int width) {
    return ClipVectors.normalized(
        ParityGenerator.input(manager, GOLDEN.seedBase() + offset, new Shape(batch, width)));
  }

  private static MixCoPlan plan() {
    double[] permutation = GOLDEN.list("perm");
    double[] betas = GOLDEN.list("betas");
    double[] chosen = GOLDEN.list("selected");
    int[] partners = new int[permutation.length];
    boolean[] selected = new boolean[permutation.length];
    for (int i = 0; i < partners.length; i++) {
      partners[i] = (int) permutation[i];
      selected[i] = chosen[i] != 0;
    }
    return MixCoPlan.of(partners, betas, selected);
  }

  @Test
  void should_match_clip() {
    NDArray loss = BiMixCoLoss.paper().withoutMixing().evaluate(brain, image);
    TensorAssert.assertThat(loss).matches(GOLDEN, "loss.clip", FORWARD);
  }

  @Test
  void should_match_bimixco_with_a_fixed_point_in_the_permutation() {
    NDArray loss = BiMixCoLoss.paper().evaluate(brain, image, plan());
    TensorAssert.assertThat(loss).matches(GOLDEN, "loss.bimixco", FORWARD);
  }

  @ParameterizedTest
  @CsvSource({"softclip,.006", "softclip_t004,.004", "softclip_t05,.05", "softclip_t125,.125"})
  void should_match_softclip(String entry, double temperature) {
    NDArray loss = new SoftClipLoss(temperature).evaluate(brain, image);
    TensorAssert.assertThat(loss).matches(GOLDEN, "loss." + entry, FORWARD);
  }

  @Test
  void should_match_softclip_with_correlated_targets() {
    ClipVectors targets = ClipVectors.of(GOLDEN.array(manager, "input.correlated_targets"));
    NDArray loss = new SoftClipLoss(0.05).evaluate(brain, targets);
    TensorAssert.assertThat(loss).matches(GOLDEN, "loss.softclip_correlated_t05", FORWARD);
  }

  @Test
  void should_match_the_soft_contrastive_loss() {
    NDArray loss =
        SoftContrastiveLoss.paper().evaluate(unit(10, 7, 12), unit(11, 7, 12), unit(12, 7, 12));
    TensorAssert.assertThat(loss).matches(GOLDEN, "loss.softcont", FORWARD);
  }

  @Test
  void should_match_the_soft_contrastive_loss_of_the_low_level_branch() {
    ClipVectors[] rows = new ClipVectors[3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = ClipVectors.normalized(ParityGenerator.input(manager, 6000 + i, new Shape(5, 4)));
    }
    TensorAssert.assertThat(rows[0].array().get(0))
        .isWithinAbsolute(new double[] {-0.2059798, -0.2074676, 0.9542713, -0.0624161}, 1e-7);
    TensorAssert.assertThat(SoftContrastiveLoss.paper().evaluate(rows[0], rows[1], rows[2]))
        .isWithinRelativeL2(new double[] {7.2511415}, 2e-7);
  }

  /**
   * Teacher and augmented teacher differ, so the goal is not symmetric: the second direction has
   * the distribution of its columns. torch 2.13.0 in float64, with rows(k) as below, t = 0.3:
   *
   * <pre>
   * goal = t @ a.T / t0; pred = s @ a.T / t0
   * one = -(pred.log_softmax(-1) * goal.softmax(-1)).sum(-1).mean()
   * two = -(pred.T.log_softmax(-1) * goal.T.softmax(-1)).sum(-1).mean()
   * loss = (one + two) / 2; torch.autograd.grad(loss, s)
   * </pre>
   */
  @Test
  void should_match_both_directions_of_an_asymmetric_goal() {
    NDArray student = rows(1);
    try (GradMode on = GradMode.on()) {
      student.setRequiresGradient(true);
      NDArray loss =
          new SoftContrastiveLoss(0.3)
              .evaluate(ClipVectors.of(student), ClipVectors.of(rows(2)), ClipVectors.of(rows(3)));
      assertThat(loss.getDouble()).isEqualTo(2.424553077621152, within(1e-14));
      NDArray slope = Gradients.of(loss, List.of(student)).get(0);
      TensorAssert.assertThat(slope.get("0"))
          .isWithinAbsolute(
              new double[] {
                -0.3336820333123956, 0.4039071188842316, -0.13677253772287243, -0.3433133978596153
              },
              1e-14);
      TensorAssert.assertThat(slope.get("4"))
          .isWithinAbsolute(
              new double[] {
                0.17527501982644159, 0.23804501789344862, -0.09798047082906701, -0.24784162343646748
              },
              1e-14);
    }
  }

  /** Unit rows of small fractions, exact in both languages before the division. */
  private NDArray rows(int k) {
    double[][] rows = new double[5][4];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 4; j++) {
        rows[i][j] = ((i * 7 + j * 5 + k * 3 + i * j * k) % 11 - 5) / 4.0 + 0.125 * (i + 1);
      }
    }
    return Vectors.of(manager, Vectors.toUnitRows(rows)).array();
  }

  @Test
  void should_match_mixed_voxels() {
    NDArray voxels = ParityGenerator.input(manager, GOLDEN.seedBase(), new Shape(6, 32));
    TensorAssert.assertThat(plan().apply(VoxelBatch.of(voxels)).array())
        .matches(GOLDEN, "mixco.voxels", FORWARD);
  }

  @Test
  void should_match_the_annealed_temperatures() {
    TemperatureSchedule schedule = TemperatureSchedule.paper(161);
    double[] temperatures = new double[161];
    for (int i = 0; i < temperatures.length; i++) {
      temperatures[i] = schedule.at(i);
    }
    TensorAssert.assertThat(temperatures).matches(GOLDEN, "anneal", 1e-7);
  }
}
