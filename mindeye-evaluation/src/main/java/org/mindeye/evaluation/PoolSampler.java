// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.random.NoiseSource;

/** Draws the members of retrieval pools. */
final class PoolSampler {
  private PoolSampler() {}

  static List<int[]> draw(PoolConfig config, int available, NoiseSource noise) {
    return switch (config.protocol()) {
      case RANDOM -> random(config, available, noise);
      case CONSECUTIVE_AS_PUBLISHED -> consecutive(config, available, noise);
    };
  }

  private static List<int[]> random(PoolConfig config, int available, NoiseSource noise) {
    List<int[]> pools = new ArrayList<>();
    for (int i = 0; i < config.repetitions(); i++) {
      int[] pool = Arrays.copyOf(noise.permutation(available), config.poolSize());
      // Ties go to the higher index, so a pool keeps the order of the test set.
      Arrays.sort(pool);
      pools.add(pool);
    }
    return pools;
  }

  private static List<int[]> consecutive(PoolConfig config, int available, NoiseSource noise) {
    int[] all = IntStream.range(0, available).toArray();
    int half = (available + 1) / 2;
    int wanted = Math.multiplyExact(config.poolSize(), config.repetitions());
    int[] stream = new int[wanted];
    float[] coin = new float[1];
    for (int filled = 0; filled < wanted; ) {
      noise.uniform(coin);
      int start = coin[0] < 0.5f ? 0 : half;
      int length = Math.min(start == 0 ? half : available - half, wanted - filled);
      System.arraycopy(all, start, stream, filled, length);
      filled += length;
    }
    return IntStream.range(0, config.repetitions())
        .mapToObj(
            i -> Arrays.copyOfRange(stream, i * config.poolSize(), (i + 1) * config.poolSize()))
        .toList();
  }
}
