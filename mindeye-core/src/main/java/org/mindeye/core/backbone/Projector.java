// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;

/**
 * The projector: three rounds of norm, GELU, linear over each token. It starts with a norm and ends
 * with a plain linear layer; no dropout.
 */
final class Projector {
  /**
   * Rows that go through all layers before the next ones do: the tensors between the layers then
   * stay below the 32 MiB from which the C library takes fresh memory for each.
   */
  private static final long TILE = 2048;

  private final List<UnaryOperator<NDArray>> rounds = new ArrayList<>();

  Projector(ParameterScope scope, int width, int hidden) {
    int[] widths = {width, hidden, hidden, width};
    for (int i = 0; i < 3; i++) {
      LayerNorm norm = new LayerNorm(scope.child(3 * i), widths[i]);
      Linear layer = Linear.of(scope.child(3 * i + 2), widths[i], widths[i + 1]);
      rounds.add(x -> round(norm, layer, x));
    }
  }

  /** {@code [..., width]} to the same shape, owned by the tokens' manager. Gradients flow. */
  NDArray apply(NDArray tokens) {
    long width = tokens.getShape().get(tokens.getShape().dimension() - 1);
    long rows = tokens.size() / width;
    if (rows <= TILE || GradMode.isOn()) {
      return Temporaries.through(tokens, rounds);
    }
    NDArray flat = tokens.reshape(rows, width);
    NDList tiles = new NDList();
    for (long from = 0; from < rows; from += TILE) {
      NDArray tile = flat.get(new NDIndex("{}:{}", from, Math.min(rows, from + TILE)));
      tiles.add(Temporaries.through(tile, rounds));
      tile.close();
    }
    NDArray projected = NDArrays.concat(tiles).reshape(tokens.getShape());
    tiles.close();
    return projected;
  }

  private static NDArray round(LayerNorm norm, Linear layer, NDArray x) {
    return layer.apply(Nonlinearity.GELU.apply(norm.apply(x)));
  }
}
