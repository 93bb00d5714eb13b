// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.MindEyeException;
import org.mindeye.data.TestTrials;

/** Batches ahead come in the order of their seed, and no more of them than was said. */
@Timeout(60)
class PreparedBatchesTest {
  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static <T> List<T> all(PreparedBatches<?, T> batches) {
    List<T> all = new ArrayList<>();
    try (batches) {
      batches.forEachRemaining(all::add);
    }
    return all;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Each even batch waits until the odd one behind it is done. */
  @Test
  void should_keep_the_order_whichever_is_done_first() {
    List<CountDownLatch> done =
        IntStream.range(0, 20).mapToObj(i -> new CountDownLatch(1)).toList();
    List<Integer> ends = new ArrayList<>();
    Function<Integer, Integer> work =
        number -> {
          if (number % 2 == 0) {
            await(done.get(number + 1));
          }
          synchronized (ends) {
            ends.add(number);
          }
          done.get(number).countDown();
          return 10 * number;
        };

    List<Integer> found = all(PreparedBatches.of(numbers(20), work, new AheadConfig(2, 3)));

    assertThat(found).isEqualTo(IntStream.range(0, 20).mapToObj(i -> 10 * i).toList());
    assertThat(ends).as("the order in which they were done").startsWith(1, 0).isNotEqualTo(found);
  }

  @Test
  void should_depend_on_the_seed_alone() {
    List<List<String>> runs = new ArrayList<>();
    for (AheadConfig config :
        List.of(
            AheadConfig.none(),
            AheadConfig.standard(),
            new AheadConfig(1, 1),
            new AheadConfig(4, 9))) {
      TrialLoader loader = new TrialLoader(TestTrials.trials(23), LoaderConfig.training(4, 7));
      List<String> run = new ArrayList<>();
      for (int epoch = 0; epoch < 2; epoch++) {
        run.addAll(
            all(
                PreparedBatches.of(
                    loader.epoch(epoch).iterator(), batch -> batch.keys().toString(), config)));
      }
      runs.add(run);
    }
    assertThat(runs.get(0)).hasSize(12).doesNotHaveDuplicates();
    assertThat(runs).allMatch(run -> run.equals(runs.get(0)));
    TrialLoader other = new TrialLoader(TestTrials.trials(23), LoaderConfig.training(4, 8));
    assertThat(
            all(
                PreparedBatches.of(
                    other.epoch(0).iterator(), b -> b.keys().toString(), AheadConfig.standard())))
        .isNotEqualTo(runs.get(0).subList(0, 6));
  }

  /** A batch counts from when it is begun until it is handed out. */
  @Test
  void should_hold_no_more_than_it_may() throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    Semaphore ready = new Semaphore(0);
    Function<Integer, Integer> work =
        number -> {
          begun.incrementAndGet();
          ready.release();
          return number;
        };
    AtomicInteger taken = new AtomicInteger();
    Iterator<Integer> source =
        new Iterator<>() {
          private final Iterator<Integer> all = numbers(50);

          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Integer next() {
            taken.incrementAndGet();
            return all.next();
          }
        };
    try (PreparedBatches<Integer, Integer> batches =
        PreparedBatches.of(source, work, new AheadConfig(2, 3))) {
      assertThat(taken).as("before the first is asked for").hasValue(0);
      for (int handed = 1; handed <= 50; handed++) {
        batches.next();
        int most = Math.min(50, handed + 3);
        ready.acquire(handed == 1 ? 4 : handed + 3 <= 50 ? 1 : 0); // they get as far as they may
        assertThat(begun).hasValue(most);
        assertThat(taken).hasValue(most);
      }
      assertThat(batches.hasNext()).isFalse();
      assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void should_throw_what_failed_in_its_place() {
    for (AheadConfig config : List.of(AheadConfig.none(), new AheadConfig(3, 5))) {
      MindEyeException damaged = new MindEyeException("picture 2 is damaged");
      try (PreparedBatches<Integer, Integer> batches =
          PreparedBatches.of(
              numbers(9),
              number -> {
                if (number == 2) {
                  throw damaged;
                }
                return number;
              },
              config)) {
        assertThat(batches.next()).isZero();
        assertThat(batches.next()).isEqualTo(1);
        assertThatThrownBy(batches::next).isSameAs(damaged);
        assertThat(batches.hasNext()).isFalse();
        assertThatThrownBy(batches::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the batches were closed, or an earlier one failed");
      }
    }
    OutOfMemoryError error = new OutOfMemoryError("full");
    try (PreparedBatches<Integer, Integer> batches =
        PreparedBatches.of(
            numbers(9),
            number -> {
              throw error;
            },
            AheadConfig.standard())) {
      assertThatThrownBy(batches::next).isSameAs(error);
      assertThatThrownBy(batches::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the batches were closed, or an earlier one failed");
    }
  }

  @Test
  void should_end_after_the_last() {
    for (AheadConfig config : List.of(AheadConfig.none(), new AheadConfig(1, 1))) {
      try (PreparedBatches<Integer, Integer> batches =
          PreparedBatches.of(numbers(1), Function.identity(), config)) {
        assertThat(batches.next()).isZero();
        for (int i = 0; i < 2; i++) {
          assertThat(batches.hasNext()).isFalse();
          assertThatThrownBy(batches::next)
              .isInstanceOf(NoSuchElementException.class)
              .hasMessage("no more batches");
        }
      }
    }
  }

  @Test
  void should_throw_what_cannot_be_read_behind_what_could() {
    Iterator<Integer> torn =
        IntStream.range(0, 9)
            .map(
                number -> {
                  if (number == 2) {
                    throw new MindEyeException("shard 2 is truncated");
                  }
                  return number;
                })
            .iterator();
    try (PreparedBatches<Integer, Integer> batches =
        PreparedBatches.of(torn, Function.identity(), new AheadConfig(2, 4))) {
      assertThat(batches.next()).isZero();
      assertThat(batches.next()).isEqualTo(1);
      assertThat(batches.hasNext()).isTrue();
      assertThatThrownBy(batches::next).hasMessage("shard 2 is truncated");
    }
  }

  /** What it reads may be closed then. */
  @Test
  void should_have_no_work_left_when_it_is_closed() {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch free = new CountDownLatch(1);
    AtomicInteger working = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    PreparedBatches<Integer, Integer> batches =
        PreparedBatches.of(
            numbers(100),
            number -> {
              all.incrementAndGet();
              working.incrementAndGet();
              if (number > 0) {
                begun.countDown();
                await(free);
              }
              working.decrementAndGet();
              return number;
            },
            new AheadConfig(2, 8));
    batches.next();
    await(begun);
    Thread release = new Thread(free::countDown);
    release.start();
    batches.close();
    assertThat(working).hasValue(0);
    assertThat(all).as("those that were begun").hasValueLessThan(100);
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
    join(release);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void should_end_when_the_waiting_thread_is_interrupted() {
    CountDownLatch free = new CountDownLatch(1);
    PreparedBatches<Integer, Integer> batches =
        PreparedBatches.of(
            numbers(2),
            number -> {
              await(free);
              return number;
            },
            new AheadConfig(1, 1));
    Thread waiting = Thread.currentThread();
    Thread release =
        new Thread(
            () -> {
              while (waiting.isInterrupted()) { // until it has noticed
                Thread.onSpinWait();
              }
              free.countDown();
            });
    waiting.interrupt();
    release.start();
    assertThatThrownBy(batches::next)
        .isInstanceOf(CancellationException.class)
        .hasMessage("preparing batches was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    batches.close();
    join(release);
  }

  @Test
  void should_refuse_what_cannot_be_ahead() {
    for (int[] wrong : new int[][] {{-1, 0}, {2, 1}, {0, 1}}) {
      assertThatThrownBy(() -> new AheadConfig(wrong[0], wrong[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("ahead: expected as many batches as threads, or more");
    }
  }
}
