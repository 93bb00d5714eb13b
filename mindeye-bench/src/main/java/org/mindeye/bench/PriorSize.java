// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;

/** The diffusion priors that are measured. */
public enum PriorSize {
  /** 17x32 tokens, sequences of 35, two layers of four heads: a plain computation is quick. */
  SMALL(
      PriorConfig.paper()
          .withSpace(new ClipSpace(17, 32))
          .withTransformer(TransformerConfig.paper().withSize(2, 4, 64))),
  /** The published shape: 257x768 tokens, sequences of 515, six layers of twelve heads. */
  PAPER(PriorConfig.paper());

  private final PriorConfig config;

  PriorSize(PriorConfig config) {
    this.config = config;
  }

  /** The network's shape. */
  PriorConfig config() {
    return config;
  }
}
