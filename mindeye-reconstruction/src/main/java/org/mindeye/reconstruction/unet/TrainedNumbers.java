// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

/** What of a sample stays in memory until the backward pass has read it. */
final class TrainedNumbers {
  /**
   * Of a transformer, in widths of a position: norm, tokens and what is written at the end; of each
   * attention norm, queries, keys and values, mixture, its heads joined, and sum; of the gated
   * layer norm, values and gates, the gate's function, product and sum; and oneDNN's copies of what
   * products read.
   */
  private static final int TRANSFORMER = 3 + 7 + 5 + 18 + 7;

  private TrainedNumbers() {}

  /** Numbers of one sample, of all layers together. */
  static long of(ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    int first = stages.channels().get(0);
    long sum = ConditionalUnetMemory.positions(config, 0) * (4L * config.channels() + 4L * first);
    for (int stage = 0; stage < stages.count(); stage++) {
      sum +=
          ConditionalUnetMemory.positions(config, stage)
              * (down(stages, stage) + up(stages, stage));
      if (stage < stages.count() - 1) {
        int out = stages.channels().get(stage);
        int next = stages.channels().get(stage + 1);
        // Halved on the way down, doubled on the way up before and after its convolution.
        sum +=
            ConditionalUnetMemory.positions(config, stage + 1) * out
                + ConditionalUnetMemory.positions(config, stage) * 2L * next;
      }
    }
    int last = stages.count() - 1;
    long middle = 2 * residual(stages.deepest(), stages.deepest());
    sum +=
        ConditionalUnetMemory.positions(config, last)
            * (middle + (long) TRANSFORMER * stages.deepest());
    return sum + condition(config);
  }

  private static long down(UnetStages stages, int stage) {
    int out = stages.channels().get(stage);
    int before = stages.channels().get(Math.max(0, stage - 1));
    long blocks = residual(before, out) + (stages.blocks() - 1L) * residual(out, out);
    return blocks + stages.blocks() * transformer(stages, stage);
  }

  private static long up(UnetStages stages, int stage) {
    int out = stages.channels().get(stage);
    int before = stages.channels().get(Math.max(0, stage - 1));
    int deeper = stages.channels().get(Math.min(stage + 1, stages.count() - 1));
    long sum = 0;
    for (int i = 0; i <= stages.blocks(); i++) {
      int joined = (i == 0 ? deeper : out) + (i < stages.blocks() ? out : before);
      sum += joined + residual(joined, out) + transformer(stages, stage);
    }
    return sum;
  }

  /** Two norms and activations, the first convolution, and the sum. */
  private static long residual(long in, long out) {
    return 2 * in + 4 * out;
  }

  private static long transformer(UnetStages stages, int stage) {
    return stages.attention().get(stage) ? (long) TRANSFORMER * stages.channels().get(stage) : 0;
  }

  /** Keys and values of the tokens, for every transformer, and the tokens. */
  private static long condition(ConditionalUnetConfig config) {
    return ConditionalUnetMemory.prepared(config)
        + (long) config.condition().tokens() * config.condition().width();
  }
}
