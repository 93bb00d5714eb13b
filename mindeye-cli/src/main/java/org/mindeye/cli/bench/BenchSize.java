// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

/** Sizes on the command line. */
enum BenchSize {
  /** A toy: seconds. */
  SMALL(Model.SMALL),
  /** The published networks for one token. */
  FINAL(Model.FINAL),
  /** The published networks for all tokens. */
  PAPER(Model.HIDDEN);

  /** Bytes of one gallery's float32 vectors; beyond that, vectors of one token are compared. */
  private static final long LARGEST_OF_TOKENS = 1L << 30;

  private final Model model;

  BenchSize(Model model) {
    this.model = model;
  }

  Model model() {
    return model;
  }

  /** What large galleries are searched with: as in the original, the vectors of one token. */
  Model searching(int images) {
    long bytes = (long) images * model.config().space().size() * Float.BYTES;
    return model == Model.HIDDEN && bytes > LARGEST_OF_TOKENS ? Model.FINAL : model;
  }
}
