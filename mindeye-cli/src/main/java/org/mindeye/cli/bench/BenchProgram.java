// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.cli.child.ChildReport;
import org.mindeye.cli.child.ProcessMemory;
import org.mindeye.core.engine.Threads;
import org.mindeye.core.engine.Torch;

/**
 * Measures one format in a JVM of its own, because a process's peak of memory is of all that it
 * did. Prints {@code key=value} lines.
 */
final class BenchProgram {
  static final String MILLIS = "millis";
  static final String LOADING = "loading";
  static final String THREADS = "threads";

  /** Repetitions that are not timed: libtorch compiles, and memory is taken for the first time. */
  static final int WARM_UP = 5;

  private BenchProgram() {}

  /** One repetition; what it returns depends on all of the work. */
  @FunctionalInterface
  interface Work {
    float run(int repetition);
  }

  /**
   * Runs a task.
   *
   * @param arguments of a {@link Task}
   * @throws IOException if weights cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Task task = Task.of(arguments);
    measure(task).forEach((key, value) -> System.out.println(key + "=" + value));
  }

  /** Runs a task in this process. */
  static Map<String, String> measure(Task task) throws IOException {
    Device device = Torch.device(task.device());
    return switch (task.kind()) {
      case RETRIEVE -> {
        try (RetrievalWork work = RetrievalWork.open(task, device)) {
          yield time(work::run, WARM_UP, task.repeat());
        }
      }
      case PAINT -> {
        try (PaintingWork work = PaintingWork.open(task, device)) {
          work.warmUp();
          yield time(work::run, 0, task.repeat());
        }
      }
      case TRAIN -> {
        try (TrainingWork work = TrainingWork.open(task, device)) {
          yield time(work::run, WARM_UP, task.repeat());
        }
      }
    };
  }

  private static Map<String, String> time(Work work, int warmUp, int repeat) throws IOException {
    Map<String, String> measured = new LinkedHashMap<>();
    ProcessMemory.peak().ifPresent(peak -> measured.put(LOADING, Long.toString(peak)));
    ProcessMemory.resetPeak();
    for (int i = 0; i < warmUp; i++) {
      requireNumber(work.run(i));
    }
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < repeat; i++) {
      long start = System.nanoTime();
      float result = work.run(warmUp + i);
      millis.add((System.nanoTime() - start) / 1e6);
      requireNumber(result);
    }
    measured.put(MILLIS, new Times(millis).toString());
    ProcessMemory.peak().ifPresent(peak -> measured.put(ChildReport.PEAK, Long.toString(peak)));
    measured.put(THREADS, Integer.toString(Threads.intraOp()));
    return measured;
  }

  private static void requireNumber(float result) {
    if (!Float.isFinite(result)) {
      throw new IllegalStateException("the result is " + result + ": the times mean nothing");
    }
  }
}
