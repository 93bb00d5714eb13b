// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.mindeye.core.pipeline.PaintingProgress.Stage;

/** Adds up how long the stages take. */
final class Stopwatch {
  private final Map<Stage, Duration> taken = new EnumMap<>(Stage.class);

  <T> T time(Stage stage, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      taken.merge(stage, Duration.ofNanos(System.nanoTime() - begin), Duration::plus);
    }
  }

  Timings timings() {
    return new Timings(
        of(Stage.ENCODING),
        of(Stage.LOW_LEVEL),
        of(Stage.PRIOR),
        of(Stage.PAINTING),
        of(Stage.SCORING));
  }

  private Duration of(Stage stage) {
    return taken.getOrDefault(stage, Duration.ZERO);
  }
}
