// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.OptimizerConfig;

/**
 * The memory of a run whose networks are loaded already: gradients, moments, moving average, and
 * what a batch needs in the network, in the teacher and in the decoder.
 *
 * @param network what is trained
 * @param autoencoder what decodes
 * @param teacher null where features are compared with nothing
 * @param side rows, and columns, of the images
 */
record LowLevelRunMemory(
    LowLevelConfig network, AutoencoderConfig autoencoder, ConvNextConfig teacher, int side) {
  private static final int VALIDATION_BATCH = 16;

  /** Refuses what does not fit, and names what would. */
  void requireFits(LowLevelTrainingConfig config, MemoryBudget budget) {
    List<Alternative> smaller =
        new ArrayList<>(
            Alternative.smallerBatch(
                config.batchSize(), 1, less -> needed(config.withBatchSize(less)), budget));
    if (teacher != null) {
      LowLevelTrainingConfig alone = config.withObjective(config.objective().withoutTeacher());
      LowLevelRunMemory untaught = new LowLevelRunMemory(network, autoencoder, null, side);
      smaller.add(new Alternative("no teacher", untaught.needed(alone)));
    }
    if (config.optimizer().averageDecay() > 0) {
      LowLevelTrainingConfig plain = config.withOptimizer(config.optimizer().withAverage(0));
      smaller.add(new Alternative("no moving average", needed(plain)));
    }
    needed(config)
        .requireFits(
            String.format(
                Locale.ROOT,
                "training a low-level network on images of %dx%d at batch %d, in addition to all"
                    + " weights,",
                side,
                side,
                config.batchSize()),
            budget,
            smaller);
  }

  /** Without the weights and the process itself, which are there already. */
  MemoryEstimate needed(LowLevelTrainingConfig config) {
    OptimizerConfig optimizer = config.optimizer();
    int batch = config.batchSize();
    MemoryEstimate step = LowLevelMemory.training(network, batch);
    long average = optimizer.averageDecay() > 0 ? step.weights() : 0;
    long copies = MemoryEstimate.copies(new LowLevelNetwork(network), optimizer.precision());
    if (optimizer.accumulation() > 1) {
      step = step.withAccumulation();
    }
    if (teacher != null) {
      step = step.plus(LowLevelMemory.teaching(teacher, optimizer.precision(), batch, side));
    }
    int latents = network.latents().side();
    if (config.objective().decodes()) {
      step = step.plus(LowLevelMemory.decodingWithGradients(autoencoder, batch, latents));
    }
    long validation =
        config.validation().decoded() > 0
            ? LowLevelMemory.decoding(
                    autoencoder, optimizer.precision(), VALIDATION_BATCH, (long) side * side)
                .activations()
            : 0;
    long activations =
        Math.max(step.activations(), validation) + (average > 0 ? copies * 3 / 2 : copies);
    return new MemoryEstimate(average, step.gradients(), step.moments(), activations, 0);
  }
}
