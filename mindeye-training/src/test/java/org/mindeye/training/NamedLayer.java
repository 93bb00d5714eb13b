// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;

/** One layer whose parameters have a name of their own. */
final class NamedLayer extends Network {
  private final Linear linear;
  private final int out;

  NamedLayer(String name, int in, int out) {
    linear = Linear.of(scope().child(name), in, out);
    this.out = out;
  }

  NDArray apply(NDArray x) {
    return linear.apply(x);
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    return new NDList(apply(inputs.singletonOrThrow()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), out)};
  }
}
