// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Trial;

/** The indices of one epoch. */
final class EpochOrder {
  private EpochOrder() {}

  static int[] draw(TrialOrder order, List<Trial> trials, NoiseSource noise) {
    return switch (order) {
      case SEQUENTIAL -> IntStream.range(0, trials.size()).toArray();
      case PERMUTATION -> noise.permutation(trials.size());
      case RESAMPLED_SHARDS -> resampled(trials, noise);
    };
  }

  private static int[] resampled(List<Trial> trials, NoiseSource noise) {
    Map<String, List<Integer>> byShard = new LinkedHashMap<>();
    for (int i = 0; i < trials.size(); i++) {
      byShard.computeIfAbsent(trials.get(i).origin().shard(), shard -> new ArrayList<>()).add(i);
    }
    Iterator<Integer> shuffled =
        new ShuffleBuffer<>(
            new EndlessShards(List.copyOf(byShard.values()), noise),
            ShuffleBuffer.DEFAULT_SIZE,
            noise);
    return IntStream.range(0, trials.size()).map(i -> shuffled.next()).toArray();
  }

  /** One shard after the other, each drawn again. */
  private static final class EndlessShards implements Iterator<Integer> {
    private final List<List<Integer>> shards;
    private final NoiseSource noise;
    private Iterator<Integer> current = Collections.emptyIterator();

    EndlessShards(List<List<Integer>> shards, NoiseSource noise) {
      this.shards = shards;
      this.noise = noise;
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public Integer next() {
      if (!current.hasNext()) {
        float[] draw = new float[1];
        noise.uniform(draw);
        current = shards.get((int) (draw[0] * (double) shards.size())).iterator();
      }
      return current.next();
    }
  }
}
