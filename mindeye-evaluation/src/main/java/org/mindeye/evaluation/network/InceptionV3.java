// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Pooling;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.ColorStatistics;

/**
 * Inception-v3 (Szegedy et al. 2015, as in torchvision) without its auxiliary head. Its weights are
 * Google's, which read {@code 2 pixel - 1}, so it turns ImageNet's normalisation into that first,
 * as torchvision does for pretrained weights.
 */
final class InceptionV3 extends StagedNetwork {
  private static final double EPSILON = 1e-3;
  private static final Window ONE = Window.square(1);
  private static final Window THREE = Window.square(3).withPadding(1);
  private static final Window FIVE = Window.square(5).withPadding(2);
  private static final Window LONG_ROW = Window.of(1, 7).withPadding(0, 3);
  private static final Window LONG_COLUMN = Window.of(7, 1).withPadding(3, 0);
  private static final Window ROW = Window.of(1, 3).withPadding(0, 1);
  private static final Window COLUMN = Window.of(3, 1).withPadding(1, 0);
  private static final Window HALVING = Window.square(3).withStride(2);

  private static final List<UnaryOperator<NDArray>> LARGEST = List.of(x -> Pooling.max(x, HALVING));
  private static final List<UnaryOperator<NDArray>> AVERAGE =
      List.of(x -> Pooling.average(x, THREE));

  private NDArray factor;
  private NDArray term;

  InceptionV3() {
    super(MetricNetwork.INCEPTION_V3);
    ParameterScope root = scope();
    addStage(
        chain(
            List.of(x -> x.mul(factor).add(term)),
            unit(root.child("Conv2d_1a_3x3"), 3, 32, HALVING),
            unit(root.child("Conv2d_2a_3x3"), 32, 32, Window.square(3)),
            unit(root.child("Conv2d_2b_3x3"), 32, 64, THREE),
            LARGEST,
            unit(root.child("Conv2d_3b_1x1"), 64, 80, ONE),
            unit(root.child("Conv2d_4a_3x3"), 80, 192, Window.square(3)),
            LARGEST,
            fives(root.child("Mixed_5b"), 192, 32),
            fives(root.child("Mixed_5c"), 256, 64),
            fives(root.child("Mixed_5d"), 288, 64),
            halfAsLarge(root.child("Mixed_6a")),
            sevens(root.child("Mixed_6b"), 128),
            sevens(root.child("Mixed_6c"), 160),
            sevens(root.child("Mixed_6d"), 160),
            sevens(root.child("Mixed_6e"), 192),
            quarterAsLarge(root.child("Mixed_7a")),
            forked(root.child("Mixed_7b"), 1280),
            forked(root.child("Mixed_7c"), 2048),
            List.of(StagedNetwork::globalMean)));
  }

  @Override
  protected List<NDArray> createConstants(NDManager tables) {
    ColorStatistics colors = ColorStatistics.imageNet();
    float[] factors = new float[3];
    float[] terms = new float[3];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = colors.deviation().get(i) / 0.5f;
      terms[i] = (colors.mean().get(i) - 0.5f) / 0.5f;
    }
    factor = Torch.copy(tables, factors, new Shape(1, 3, 1, 1));
    term = Torch.copy(tables, terms, new Shape(1, 3, 1, 1));
    return List.of(factor, term);
  }

  private List<UnaryOperator<NDArray>> unit(ParameterScope scope, int in, int out, Window window) {
    return List.of(
        normed(scope.child("conv"), scope.child("bn"), new Channels(in, out), window, 1, EPSILON),
        Nonlinearity.RELU::apply);
  }

  /** Branches beside each other, their channels one after the other. */
  @SafeVarargs
  private static List<UnaryOperator<NDArray>> joined(List<UnaryOperator<NDArray>>... branches) {
    List<List<UnaryOperator<NDArray>>> all = new ArrayList<>();
    for (List<UnaryOperator<NDArray>> branch : branches) {
      all.add(branch);
    }
    return List.of(
        x -> {
          NDList parts = new NDList();
          all.forEach(branch -> parts.add(Temporaries.through(x, branch)));
          return NDArrays.concat(parts, 1);
        });
  }

  private List<UnaryOperator<NDArray>> fives(ParameterScope scope, int in, int pooled) {
    return joined(
        unit(scope.child("branch1x1"), in, 64, ONE),
        chain(
            unit(scope.child("branch5x5_1"), in, 48, ONE),
            unit(scope.child("branch5x5_2"), 48, 64, FIVE)),
        chain(
            unit(scope.child("branch3x3dbl_1"), in, 64, ONE),
            unit(scope.child("branch3x3dbl_2"), 64, 96, THREE),
            unit(scope.child("branch3x3dbl_3"), 96, 96, THREE)),
        chain(AVERAGE, unit(scope.child("branch_pool"), in, pooled, ONE)));
  }

  private List<UnaryOperator<NDArray>> halfAsLarge(ParameterScope scope) {
    return joined(
        unit(scope.child("branch3x3"), 288, 384, HALVING),
        chain(
            unit(scope.child("branch3x3dbl_1"), 288, 64, ONE),
            unit(scope.child("branch3x3dbl_2"), 64, 96, THREE),
            unit(scope.child("branch3x3dbl_3"), 96, 96, HALVING)),
        LARGEST);
  }

  private List<UnaryOperator<NDArray>> sevens(ParameterScope scope, int inner) {
    return joined(
        unit(scope.child("branch1x1"), 768, 192, ONE),
        chain(
            unit(scope.child("branch7x7_1"), 768, inner, ONE),
            unit(scope.child("branch7x7_2"), inner, inner, LONG_ROW),
            unit(scope.child("branch7x7_3"), inner, 192, LONG_COLUMN)),
        chain(
            unit(scope.child("branch7x7dbl_1"), 768, inner, ONE),
            unit(scope.child("branch7x7dbl_2"), inner, inner, LONG_COLUMN),
            unit(scope.child("branch7x7dbl_3"), inner, inner, LONG_ROW),
            unit(scope.child("branch7x7dbl_4"), inner, inner, LONG_COLUMN),
            unit(scope.child("branch7x7dbl_5"), inner, 192, LONG_ROW)),
        chain(AVERAGE, unit(scope.child("branch_pool"), 768, 192, ONE)));
  }

  private List<UnaryOperator<NDArray>> quarterAsLarge(ParameterScope scope) {
    return joined(
        chain(
            unit(scope.child("branch3x3_1"), 768, 192, ONE),
            unit(scope.child("branch3x3_2"), 192, 320, HALVING)),
        chain(
            unit(scope.child("branch7x7x3_1"), 768, 192, ONE),
            unit(scope.child("branch7x7x3_2"), 192, 192, LONG_ROW),
            unit(scope.child("branch7x7x3_3"), 192, 192, LONG_COLUMN),
            unit(scope.child("branch7x7x3_4"), 192, 192, HALVING)),
        LARGEST);
  }

  private List<UnaryOperator<NDArray>> forked(ParameterScope scope, int in) {
    return joined(
        unit(scope.child("branch1x1"), in, 320, ONE),
        chain(
            unit(scope.child("branch3x3_1"), in, 384, ONE),
            joined(
                unit(scope.child("branch3x3_2a"), 384, 384, ROW),
                unit(scope.child("branch3x3_2b"), 384, 384, COLUMN))),
        chain(
            unit(scope.child("branch3x3dbl_1"), in, 448, ONE),
            unit(scope.child("branch3x3dbl_2"), 448, 384, THREE),
            joined(
                unit(scope.child("branch3x3dbl_3a"), 384, 384, ROW),
                unit(scope.child("branch3x3dbl_3b"), 384, 384, COLUMN))),
        chain(AVERAGE, unit(scope.child("branch_pool"), in, 192, ONE)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), 2048, 1, 1)};
  }
}
