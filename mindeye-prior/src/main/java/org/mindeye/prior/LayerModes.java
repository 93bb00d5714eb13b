// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.function.IntFunction;
import org.mindeye.core.nn.Mode;

/** Each layer's own stream of dropout masks, the same however often a layer is run in a step. */
final class LayerModes {
  private LayerModes() {}

  static IntFunction<Mode> of(Mode mode, TransformerConfig config) {
    return config.hasDropout() ? mode.streams() : layer -> mode;
  }
}
