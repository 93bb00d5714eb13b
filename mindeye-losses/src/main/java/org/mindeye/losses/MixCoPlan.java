// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * Which sample of a batch is mixed with which, and how much: sample i becomes {@code beta_i x_i +
 * (1 - beta_i) x_p(i)} with the permutation p. Numbers on the heap, immutable, so a mix can be
 * applied again and again and stored.
 */
public final class MixCoPlan {
  private final int[] permutation;
  private final double[] betas;
  private final boolean[] selected;

  private MixCoPlan(int[] permutation, double[] betas, boolean[] selected) {
    this.permutation = permutation;
    this.betas = betas;
    this.selected = selected;
  }

  /**
   * Builds a mix from its numbers.
   *
   * @param permutation the partner of every sample, each of 0 to n-1 once
   * @param betas the weight every sample keeps, in [0, 1]; ignored where not selected
   * @param selected which samples are mixed
   * @return the mix
   * @throws ShapeMismatchException if lengths differ
   * @throws IllegalArgumentException if the first is not a permutation, or a weight is out of range
   */
  public static MixCoPlan of(int[] permutation, double[] betas, boolean[] selected) {
    int batch = permutation.length;
    if (batch == 0 || betas.length != batch || selected.length != batch) {
      throw new ShapeMismatchException(
          String.format(
              Locale.ROOT,
              "permutation, betas and selected must have one equal, positive length but have %d, %d, %d",
              batch,
              betas.length,
              selected.length));
    }
    requirePermutation(permutation);
    double[] kept = new double[batch];
    for (int i = 0; i < batch; i++) {
      if (selected[i] && !(betas[i] >= 0 && betas[i] <= 1)) {
        throw new IllegalArgumentException("beta " + i + " must be in [0, 1] but was " + betas[i]);
      }
      kept[i] = selected[i] ? betas[i] : 1;
    }
    return new MixCoPlan(permutation.clone(), kept, selected.clone());
  }

  private static void requirePermutation(int[] permutation) {
    int[] sorted = permutation.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i) {
        throw new IllegalArgumentException(
            "expected a permutation of 0 to "
                + (sorted.length - 1)
                + " but was "
                + Arrays.toString(permutation));
      }
    }
  }

  /**
   * How many samples.
   *
   * @return the batch size
   */
  public int batch() {
    return permutation.length;
  }

  /**
   * The partners.
   *
   * @return for every sample the index of its partner; a copy
   */
  public int[] permutation() {
    return permutation.clone();
  }

  /**
   * The weights.
   *
   * @return how much of itself every sample keeps, 1 where not selected; a copy
   */
  public double[] betas() {
    return betas.clone();
  }

  /**
   * Who is mixed.
   *
   * @return true for every mixed sample; a copy
   */
  public boolean[] selected() {
    return selected.clone();
  }

  /**
   * Mixes voxels. Samples that are not selected are copied as they are. No gradient flows.
   *
   * @param voxels {@code [batch, voxels]} of the plan's batch size; left as they are
   * @return {@code [batch, voxels]}, new, owned by the same manager
   * @throws ShapeMismatchException if the batch size differs
   */
  public VoxelBatch apply(VoxelBatch voxels) {
    requireBatch("voxels", voxels.batch(), voxels.array().getShape());
    NDArray own = voxels.array();
    try (CallScope scope = CallScope.open(own.getDevice())) {
      NDArray partners =
          own.get(new NDIndex("{}", Torch.copy(scope.manager(), partners(), new Shape(batch()))));
      NDArray keep = column(scope.manager(), own, betas);
      NDArray take = column(scope.manager(), own, Arrays.stream(betas).map(b -> 1 - b).toArray());
      NDArray mixed = own.mul(keep).addi(partners.muli(take));
      return VoxelBatch.of(scope.keep(mixed, own.getManager()));
    }
  }

  /**
   * The weight of each pair of mixed sample i and image j in the loss.
   *
   * @param targets how to treat samples that are their own partner
   * @return {@code [batch][batch]}, values in [0, 1]
   */
  public double[][] targets(MixCoTargets targets) {
    double[][] weights = new double[batch()][batch()];
    for (int i = 0; i < batch(); i++) {
      weights[i][i] = betas[i];
      double before = targets == MixCoTargets.CORRECTED ? weights[i][permutation[i]] : 0;
      weights[i][permutation[i]] = before + (1 - betas[i]);
    }
    return weights;
  }

  void requireBatch(String name, int actual, Shape shape) {
    if (actual != batch()) {
      throw new ShapeMismatchException(
          name + ": expected [batch=" + batch() + ", …], the size of the mix, but was " + shape);
    }
  }

  /** Not the partner's numbers but its own for a sample that is not mixed: NaN must not spread. */
  private long[] partners() {
    long[] partners = new long[batch()];
    for (int i = 0; i < partners.length; i++) {
      partners[i] = selected[i] ? permutation[i] : i;
    }
    return partners;
  }

  private static NDArray column(NDManager owner, NDArray like, double[] values) {
    return Torch.copy(owner, values, new Shape(values.length, 1), like.getDataType());
  }

  @Override
  public String toString() {
    return "MixCoPlan[permutation="
        + Arrays.toString(permutation)
        + ", betas="
        + Arrays.toString(betas)
        + "]";
  }
}
