// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Objects;
import org.mindeye.Plural;

/**
 * What every training loop needs to know, whatever it trains.
 *
 * @param epochs passes over the training samples
 * @param optimizer how gradients become weights
 * @param freezing whether only a part is trained at first
 * @param selection which epoch is the best
 * @param patience after how many epochs without a better one the run stops early; 0 for never
 * @param seed of everything random in the run
 */
public record LoopConfig(
    int epochs,
    OptimizerConfig optimizer,
    Freezing freezing,
    SelectionRule selection,
    int patience,
    long seed) {
  /** Checks the numbers, that they fit together, and that every choice is made. */
  public LoopConfig {
    Requirements.atLeast("epochs", 1, epochs);
    Requirements.atLeast("patience", 0, patience);
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(freezing, "freezing");
    Objects.requireNonNull(selection, "selection");
    optimizer.requireWithin(epochs);
    freezing.requireWithin(epochs);
  }

  /** Settings that change nothing in a run of this length, each with the reason. */
  List<String> withoutEffect() {
    return patience < epochs
        ? List.of()
        : List.of(
            "patience: "
                + Plural.of(patience, "epoch")
                + " without a better one cannot pass in a run of "
                + epochs
                + "; it will not stop early");
  }
}
