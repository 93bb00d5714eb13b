// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

class MixCoTest {
  private static final MixCoPlan PLAN =
      MixCoPlan.of(
          new int[] {1, 2, 0}, new double[] {0.25, 0.5, 0.75}, new boolean[] {true, false, true});

  @FreshManager private NDManager manager;

  @Test
  void should_draw_in_the_published_order() {
    List<String> calls = new ArrayList<>();
    NoiseSource noise =
        new NoiseSource() {
          @Override
          public void uniform(float[] values) {
            calls.add("uniform " + values.length);
            System.arraycopy(new float[] {0.5f, 0.5001f, 0}, 0, values, 0, 3);
          }

          @Override
          public void normal(float[] values) {
            throw new AssertionError("not expected");
          }

          @Override
          public double[] beta(double alpha, double beta, int count) {
            calls.add("beta " + alpha + " " + beta + " " + count);
            return new double[] {0.1, 0.2, 0.3};
          }

          @Override
          public int[] permutation(int size) {
            calls.add("permutation " + size);
            return new int[] {2, 0, 1};
          }
        };
    MixCoPlan plan = MixCo.draw(3, noise);
    assertThat(calls).containsExactly("permutation 3", "beta 0.15 0.15 3", "uniform 3");
    assertThat(plan.permutation()).containsExactly(2, 0, 1);
    assertThat(plan.selected()).containsExactly(true, false, true);
    assertThat(plan.betas()).containsExactly(0.1, 1, 0.3);
  }

  @Test
  void should_repeat_itself_with_the_same_noise() {
    MixCoPlan first = MixCo.draw(16, NoiseSource.seeded(7));
    assertThat(MixCo.draw(16, NoiseSource.seeded(7))).hasToString(first.toString());
    assertThat(MixCo.draw(16, NoiseSource.seeded(8)).toString()).isNotEqualTo(first.toString());
  }

  @Test
  void should_draw_weights_with_the_moments_of_the_beta_distribution() {
    int count = 40_000;
    MixCoPlan plan = MixCo.draw(count, NoiseSource.seeded(1));
    double[] drawn =
        IntStream.range(0, count)
            .filter(i -> plan.selected()[i])
            .limit(4_000)
            .mapToDouble(i -> plan.betas()[i])
            .toArray();
    assertMoments(drawn);
  }

  private static void assertMoments(double[] drawn) {
    double mean = DoubleStream.of(drawn).average().orElseThrow();
    double variance =
        DoubleStream.of(drawn).map(b -> (b - mean) * (b - mean)).average().orElseThrow();
    // Mean 1/2, variance 1 / (4 (2 alpha + 1)); five standard errors.
    double standardError = Math.sqrt(0.1923077 / drawn.length);
    assertThat(mean).isCloseTo(0.5, offset(5 * standardError));
    assertThat(variance).isCloseTo(0.1923077, offset(5 * standardError / 4));
  }

  @Test
  void should_mix_the_configured_share() {
    boolean[] half = MixCo.draw(10_000, NoiseSource.seeded(1)).selected();
    assertThat(count(half)).isBetween(4_750, 5_250);
    MixCoConfig all = new MixCoConfig(0.15, 1);
    assertThat(count(MixCo.draw(100, all, NoiseSource.seeded(1)).selected())).isEqualTo(100);
  }

  private static int count(boolean[] flags) {
    return (int) IntStream.range(0, flags.length).filter(i -> flags[i]).count();
  }

  @Test
  void should_copy_samples_that_are_not_mixed_whatever_their_partner_holds() {
    NDArray voxels = manager.create(new float[] {1, 2, 3, 4, Float.NaN, 6}, new Shape(3, 2));
    float[] mixed = PLAN.apply(VoxelBatch.of(voxels)).array().toFloatArray();
    assertThat(mixed).startsWith(2.5f, 3.5f, 3, 4).endsWith(5);
    assertThat(mixed[4]).isNaN();
  }

  @Test
  void should_leave_its_input_and_keep_type_and_owner() {
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
      NDArray voxels = ParityGenerator.input(manager, 1, new Shape(3, 5)).toType(type, true);
      NDArray before = voxels.duplicate();
      NDArray mixed = PLAN.apply(VoxelBatch.of(voxels)).array();
      assertThat(voxels.contentEquals(before)).isTrue();
      assertThat(mixed.contentEquals(before)).isFalse();
      assertThat(mixed.getDataType()).isEqualTo(type);
      assertThat(mixed.getManager()).isSameAs(manager);
    }
  }

  @Test
  void should_not_change_with_the_arrays_it_was_made_of_or_gave_away() {
    int[] permutation = {1, 0};
    double[] betas = {0.5, 0.5};
    boolean[] selected = {true, true};
    MixCoPlan plan = MixCoPlan.of(permutation, betas, selected);
    permutation[0] = 9;
    betas[0] = 9;
    selected[0] = false;
    plan.permutation()[0] = 9;
    plan.betas()[0] = 9;
    plan.selected()[0] = false;
    assertThat(plan).hasToString("MixCoPlan[permutation=[1, 0], betas=[0.5, 0.5]]");
    assertThat(plan.selected()).containsExactly(true, true);
    assertThat(plan.batch()).isEqualTo(2);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    VoxelBatch voxels = VoxelBatch.of(ParityGenerator.input(manager, 1, new Shape(3, 5)));
    LeakCheck.assertNoLeak(() -> PLAN.apply(voxels).array().close());
  }

  @Test
  void should_refuse_bad_numbers() {
    boolean[] two = {true, true};
    assertThatThrownBy(() -> MixCoPlan.of(new int[] {0, 1}, new double[3], two))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "permutation, betas and selected must have one equal, positive length but have 2, 3, 2");
    assertThatThrownBy(() -> MixCoPlan.of(new int[] {1, 1}, new double[2], two))
        .hasMessage("expected a permutation of 0 to 1 but was [1, 1]");
    assertThatThrownBy(() -> MixCoPlan.of(new int[] {1, 0}, new double[] {0, 1.5}, two))
        .hasMessage("beta 1 must be in [0, 1] but was 1.5");
    assertThatThrownBy(() -> MixCoPlan.of(new int[] {1, 0}, new double[] {0, Double.NaN}, two))
        .hasMessage("beta 1 must be in [0, 1] but was NaN");
    assertThatThrownBy(() -> MixCo.draw(0, NoiseSource.seeded(1)))
        .hasMessage("a mix needs at least one sample but was 0");
    assertThatThrownBy(() -> new MixCoConfig(0, 0.5))
        .hasMessage("alpha must be positive and finite but was 0.0");
    assertThatThrownBy(() -> new MixCoConfig(0.15, 1.1))
        .hasMessage("threshold must be from 0 to 1 but was 1.1");
  }

  @Test
  void should_refuse_a_batch_of_another_size() {
    VoxelBatch voxels = VoxelBatch.of(manager.zeros(new Shape(4, 5)));
    assertThatThrownBy(() -> PLAN.apply(voxels))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("voxels: expected [batch=3, …], the size of the mix, but was (4, 5)");
  }
}
