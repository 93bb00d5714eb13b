// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.Split;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.data.loader.PreparedBatches;
import org.mindeye.data.loader.TrialBatch;

/** A trainer has targets prepared ahead of its steps, and learns the same. */
@Timeout(60)
class BatchesAheadTest {
  private static final String THREAD = "batches ahead";

  /** The targets of {@link TinyRun}, which note who prepares them, and when they are taken. */
  private static final class Noted implements TargetSource {
    private final TinyRun.Drawn drawn = new TinyRun.Drawn(TinyRun.SPACE);
    private final Set<Integer> prepared = new ConcurrentSkipListSet<>();
    private final List<Integer> taken = new ArrayList<>();
    private volatile String thread = THREAD;
    private volatile int most;
    private volatile int broken = -1;
    private volatile int awaited = -1;
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    private static int number(TrialBatch batch) {
      return 4 * batch.epoch() + batch.step();
    }

    @Override
    public ClipSpace space() {
      return drawn.space();
    }

    @Override
    public ClipTokens targets(TrialBatch batch, NDManager owner) {
      throw new AssertionError("not prepared");
    }

    @Override
    public Function<NDManager, ClipTokens> prepare(TrialBatch batch) {
      assertThat(Thread.currentThread().getName()).isEqualTo(thread);
      int number = number(batch);
      if (number == awaited) {
        await(free);
      }
      if (number == broken) {
        throw new MindEyeException("picture of batch " + number);
      }
      assertThat(prepared.add(number)).as("once").isTrue();
      synchronized (taken) {
        most = Math.max(most, number - taken.size());
      }
      return owner -> {
        synchronized (taken) {
          taken.add(number);
        }
        first.countDown();
        return drawn.targets(batch, owner);
      };
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static TrainingResult train(
      MindEyeModel model, TargetSource targets, BooleanSupplier stop) {
    return train(RunControl.of(), model, targets, stop);
  }

  private static TrainingResult train(
      RunControl control, MindEyeModel model, TargetSource targets, BooleanSupplier stop) {
    return new MindEyeTrainer(TinyRun.config(), control)
        .stoppingWhen(stop)
        .train(
            model,
            new TrainingSplit(Split.TRAIN, TinyRun.training().trials(), targets),
            TinyRun.validation());
  }

  /** Threads that nothing ends would be waited for in vain. */
  private static void requireEnded() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(THREAD)) {
        thread.join();
      }
    }
  }

  @Test
  void should_learn_the_same_from_what_is_prepared() throws InterruptedException {
    Noted noted = new Noted();
    try (MindEyeModel plain = TinyRun.model();
        MindEyeModel ahead = TinyRun.model()) {
      TrainingResult expected = train(plain, new TinyRun.Drawn(TinyRun.SPACE), () -> false);
      TrainingResult found = train(ahead, noted, () -> false);

      assertThat(found.history()).isEqualTo(expected.history());
      assertThat(TinyRun.weights(ahead))
          .usingRecursiveComparison()
          .isEqualTo(TinyRun.weights(plain));
    }
    assertThat(noted.taken).isEqualTo(IntStream.range(0, 16).boxed().toList());
    assertThat(noted.prepared).hasSize(16);
    assertThat(noted.most).as("ahead").isLessThanOrEqualTo(AheadConfig.standard().batches());
    requireEnded();
  }

  @Test
  void should_end_its_threads_when_it_is_stopped() throws InterruptedException {
    Noted noted = new Noted();
    try (MindEyeModel model = TinyRun.model()) {
      assertThat(train(model, noted, () -> noted.taken.size() == 1).end())
          .isEqualTo(TrainingResult.End.STOPPED);
    }
    assertThat(noted.taken).containsExactly(0);
    requireEnded();
  }

  @Test
  void should_prepare_as_far_ahead_as_its_control_says() throws InterruptedException {
    Noted one = new Noted();
    one.thread = Thread.currentThread().getName();
    Noted five = new Noted();
    try (MindEyeModel now = TinyRun.model();
        MindEyeModel ahead = TinyRun.model()) {
      RunControl none = RunControl.of().preparing(AheadConfig.none());
      RunControl many = RunControl.of().preparing(new AheadConfig(1, 5));
      assertThat(train(many, ahead, five, () -> false).history())
          .isEqualTo(train(none, now, one, () -> false).history());
    }
    assertThat(one.most).isZero();
    requireEnded();
  }

  private static boolean isClosing(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(
            call ->
                call.getClassName().equals(PreparedBatches.class.getName())
                    && call.getMethodName().equals("close"));
  }

  /** While it waits for a batch. */
  @Test
  void should_end_when_it_is_interrupted() throws InterruptedException {
    Noted noted = new Noted();
    noted.awaited = 1;
    Thread training = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              await(noted.first);
              training.interrupt();
              while (!isClosing(training)) {
                Thread.onSpinWait();
              }
              noted.free.countDown();
            });
    interrupter.start();
    try (MindEyeModel model = TinyRun.model()) {
      assertThatThrownBy(() -> train(model, noted, () -> false))
          .isInstanceOf(CancellationException.class)
          .hasMessage("preparing batches was interrupted");
    }
    assertThat(Thread.interrupted()).as("still known").isTrue();
    assertThat(noted.taken).containsExactly(0);
    interrupter.join();
    requireEnded();
  }

  @Test
  void should_say_what_could_not_be_prepared_when_its_step_comes() throws InterruptedException {
    Noted noted = new Noted();
    noted.broken = 2;
    try (MindEyeModel model = TinyRun.model()) {
      assertThatThrownBy(() -> train(model, noted, () -> false))
          .isInstanceOf(MindEyeException.class)
          .hasMessage("picture of batch 2");
    }
    assertThat(noted.taken).containsExactly(0, 1);
    requireEnded();
  }
}
