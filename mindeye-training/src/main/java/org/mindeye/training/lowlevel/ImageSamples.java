// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.TrialImage;
import org.mindeye.training.SampleSource;

/**
 * Pictures in a new permutation each epoch; those that do not fill a batch are left out.
 *
 * @param images all of them
 * @param batchSize at most as many
 * @param seed of the order
 */
record ImageSamples(List<TrialImage> images, int batchSize, long seed)
    implements SampleSource<List<TrialImage>> {
  private static final long ORDER = 0x6f72646572L;

  ImageSamples {
    if (images.size() < batchSize) {
      throw new IllegalArgumentException(
          "batchSize: "
              + Plural.of(images.size(), "training picture")
              + " cannot fill one batch of "
              + batchSize
              + "; use smaller batches");
    }
  }

  @Override
  public int samples() {
    return images.size();
  }

  @Override
  public int batchesPerEpoch() {
    return images.size() / batchSize;
  }

  @Override
  public Iterable<List<TrialImage>> epoch(int epoch) {
    return () -> {
      int[] order = NoiseSource.seeded(seed, ORDER, epoch).permutation(images.size());
      return IntStream.range(0, batchesPerEpoch()).mapToObj(i -> batch(order, i)).iterator();
    };
  }

  private List<TrialImage> batch(int[] order, int index) {
    int from = index * batchSize;
    return Arrays.stream(order, from, from + batchSize).mapToObj(images::get).toList();
  }
}
