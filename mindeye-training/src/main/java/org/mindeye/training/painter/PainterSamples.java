// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.training.SampleSource;

/**
 * Numbers of pictures in a new permutation each epoch; those that do not fill a batch are left out.
 *
 * @param samples how many pictures there are
 * @param batchSize at most as many
 * @param seed of the order
 */
record PainterSamples(int samples, int batchSize, long seed) implements SampleSource<int[]> {
  private static final long ORDER = 0x6f72646572L;

  PainterSamples {
    if (samples < batchSize) {
      throw new IllegalArgumentException(
          "batchSize: "
              + Plural.of(samples, "training picture")
              + " cannot fill one batch of "
              + batchSize
              + "; use smaller batches");
    }
  }

  @Override
  public int batchesPerEpoch() {
    return samples / batchSize;
  }

  @Override
  public Iterable<int[]> epoch(int epoch) {
    return () -> {
      int[] order = NoiseSource.seeded(seed, ORDER, epoch).permutation(samples);
      return IntStream.range(0, batchesPerEpoch())
          .mapToObj(i -> Arrays.copyOfRange(order, i * batchSize, (i + 1) * batchSize))
          .iterator();
    };
  }
}
