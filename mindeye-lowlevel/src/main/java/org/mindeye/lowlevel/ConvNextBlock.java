// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;

/** A depthwise 7 x 7 convolution, layer norm and two linear layers per position, added. */
final class ConvNextBlock {
  /** Of all layer norms but the projector's. */
  static final double EPSILON = 1e-6;

  private final Conv2d depthwise;
  private final LayerNorm norm;
  private final Linear wider;
  private final Linear back;

  /** Declares {@code dwconv}, {@code norm}, {@code pwconv1} and {@code pwconv2}. */
  ConvNextBlock(ParameterScope scope, int width) {
    Window window = Window.square(7).withPadding(3);
    depthwise = Conv2d.grouped(scope.child("dwconv"), width, width, window, width);
    norm = new LayerNorm(scope.child("norm"), width, EPSILON);
    wider = Linear.of(scope.child("pwconv1"), width, 4 * width);
    back = Linear.of(scope.child("pwconv2"), 4 * width, width);
  }

  NDArray apply(NDArray x) {
    NDArray positions = norm.apply(depthwise.apply(x).transpose(0, 2, 3, 1));
    NDArray y = back.apply(Nonlinearity.GELU.apply(wider.apply(positions)));
    return y.transpose(0, 3, 1, 2).add(x);
  }
}
