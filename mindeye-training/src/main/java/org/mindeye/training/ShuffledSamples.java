// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;

/**
 * Samples in a new permutation each epoch; those that do not fill a batch are left out.
 *
 * @param all the samples, at least as many as a batch has
 * @param batchSize samples per batch
 * @param seed of the order
 * @param <S> a sample
 */
public record ShuffledSamples<S>(List<S> all, int batchSize, long seed)
    implements SampleSource<List<S>> {
  private static final long ORDER = 0x6f72646572L;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the samples do not fill a batch
   */
  public ShuffledSamples {
    all = List.copyOf(all);
    if (all.size() < batchSize) {
      throw new IllegalArgumentException(
          "batchSize: "
              + Plural.of(all.size(), "training picture")
              + " cannot fill one batch of "
              + batchSize
              + "; use smaller batches");
    }
  }

  @Override
  public int samples() {
    return all.size();
  }

  @Override
  public int batchesPerEpoch() {
    return all.size() / batchSize;
  }

  @Override
  public Iterable<List<S>> epoch(int epoch) {
    return () -> {
      int[] order = NoiseSource.seeded(seed, ORDER, epoch).permutation(all.size());
      return IntStream.range(0, batchesPerEpoch()).mapToObj(i -> batch(order, i)).iterator();
    };
  }

  private List<S> batch(int[] order, int index) {
    int from = index * batchSize;
    return Arrays.stream(order, from, from + batchSize).mapToObj(all::get).toList();
  }
}
