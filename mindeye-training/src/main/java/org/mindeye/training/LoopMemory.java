// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Locale;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Network;

/** What every loop needs in addition to its networks' weights; batches are the recipe's part. */
final class LoopMemory {
  private LoopMemory() {}

  /** Refuses a run whose gradients, moments and moving average alone do not fit. */
  static void requireFits(TrainableModel<?> model, LoopConfig config, MemoryBudget budget) {
    MemoryEstimate sum = null;
    for (Network network : model.networks()) {
      MemoryEstimate one = MemoryEstimate.training(network, config.optimizer().precision(), 0);
      sum = sum == null ? one : sum.plus(one);
    }
    if (config.optimizer().accumulation() > 1) {
      sum = sum.withAccumulation();
    }
    boolean averages = config.optimizer().averages();
    long average = averages ? sum.weights() : 0;
    long copies = averages ? sum.activations() * 3 / 2 : sum.activations(); // of it, no gradients
    new MemoryEstimate(average, sum.gradients(), sum.moments(), copies, 0)
        .requireFits(
            String.format(
                Locale.ROOT,
                "training %,d parameters, in addition to their weights and batches,",
                model.trainableCount()),
            budget,
            List.of());
  }
}
