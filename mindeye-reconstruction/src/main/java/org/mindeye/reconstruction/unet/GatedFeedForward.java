// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.ParameterScope;

/** GEGLU (Shazeer 2020): values times the exact GELU of gates, four times as wide as the tokens. */
final class GatedFeedForward {
  private static final int EXPANSION = 4;

  private final Linear valuesAndGates;
  private final Linear output;

  /** Declares {@code net.0.proj} and {@code net.2}. */
  GatedFeedForward(ParameterScope scope, int width) {
    ParameterScope net = scope.child("net");
    int inner = EXPANSION * width;
    valuesAndGates = Linear.of(net.child(0).child("proj"), width, 2 * inner);
    output = Linear.of(net.child(2), inner, width);
  }

  /** {@code [batch, tokens, width]} to the same. */
  NDArray apply(NDArray x) {
    return Temporaries.through(x, List.of(valuesAndGates::applyGated, output::apply));
  }
}
