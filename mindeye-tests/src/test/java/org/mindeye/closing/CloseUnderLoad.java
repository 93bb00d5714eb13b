// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.mindeye.core.engine.Torch;

/**
 * Closes what eight threads are calling, round after round. Prints how many calls were answered and
 * how many refused; any other outcome ends the process with an exception, or with its life.
 */
final class CloseUnderLoad {
  private static final int CALLERS = 8;

  private CloseUnderLoad() {}

  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    int[] counts = new int[2];
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS, CloseUnderLoad::daemon);
    Kind[] kinds = Kind.values();
    float[][] expected = new float[kinds.length][];
    for (Kind kind : kinds) {
      expected[kind.ordinal()] = alone(kind);
    }
    for (int round = 0; round < rounds; round++) {
      Kind kind = kinds[round % kinds.length];
      round(kind, expected[kind.ordinal()], round, threads, counts);
    }
    threads.shutdownNow();
    System.out.println(counts[0] + " answered, " + counts[1] + " refused");
  }

  /** A failure in one of them must not keep the others alive. */
  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static float[] alone(Kind kind) throws Exception {
    Subject subject = kind.open();
    try (AutoCloseable object = subject.object();
        NDManager owner = Torch.newManager(Device.cpu())) {
      return subject.call().apply(owner).toFloatArray();
    }
  }

  private static void round(
      Kind kind, float[] expected, int round, ExecutorService threads, int[] counts)
      throws Exception {
    Subject subject = kind.open();
    AtomicInteger answers = new AtomicInteger();
    Caller caller = new Caller(kind, subject, expected, 1 + round % 29, answers);
    List<Future<Void>> outcomes = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      outcomes.add(threads.submit(caller));
    }
    for (Future<Void> outcome : outcomes) {
      outcome.get();
    }
    counts[0] += answers.get();
    counts[1] += CALLERS;
  }

  /** Calls until it is refused. Two of the callers close, after so many answers to all. */
  private record Caller(
      Kind kind, Subject subject, float[] expected, int closingAfter, AtomicInteger answers)
      implements Callable<Void> {
    @Override
    public Void call() throws Exception {
      try (NDManager owner = Torch.newManager(Device.cpu())) {
        // What was handed out before the closing stays the caller's.
        NDArray last = lastAnswer(owner);
        if (last != null && !Arrays.equals(last.toFloatArray(), expected)) {
          throw new IllegalStateException(kind + ": other numbers than alone");
        }
        return null;
      }
    }

    private NDArray lastAnswer(NDManager owner) throws Exception {
      NDArray last = null;
      while (true) {
        try {
          last = subject.call().apply(owner);
        } catch (IllegalStateException e) {
          if (e.getMessage().contains("is closed")) {
            return last;
          }
          throw new IllegalStateException(kind + ": " + e.getMessage(), e);
        }
        int count = answers.incrementAndGet();
        if (count == closingAfter || count == closingAfter + 1) {
          subject.object().close();
        }
      }
    }
  }
}
