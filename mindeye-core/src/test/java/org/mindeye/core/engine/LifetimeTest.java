// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifetimeTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final Lifetime lifetime = Lifetime.of("Thing", freed::incrementAndGet);

  /** A thread inside a call of a lifetime, until it is asked to leave. */
  private static final class Guest {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final Thread thread;

    Guest(Lifetime lifetime) throws InterruptedException {
      thread =
          new Thread(
              () -> {
                try (Lifetime.Call call = lifetime.enter()) {
                  inside.countDown();
                  leaving.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      inside.await();
    }

    void leave() throws InterruptedException {
      leaving.countDown();
      thread.join();
    }
  }

  /** Runs in a thread of its own and returns when that waits. */
  private static Thread waiting(Runnable action) {
    Thread thread = new Thread(action);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void should_free_immediately_when_no_call_is_inside_and_only_once() {
    lifetime.enter().close();
    assertThat(lifetime.isClosed()).isFalse();
    lifetime.close();
    lifetime.close();
    assertThat(freed).hasValue(1);
    assertThat(lifetime.isClosed()).isTrue();
  }

  @Test
  void should_refuse_calls_after_closing() {
    lifetime.requireOpen();
    lifetime.close();
    String message = "Thing is closed; closing is final, so make a new one";
    assertThatIllegalStateException().isThrownBy(lifetime::enter).withMessage(message);
    assertThatIllegalStateException().isThrownBy(lifetime::requireOpen).withMessage(message);
  }

  @Test
  void should_wait_for_calls_in_flight_in_every_closing_thread() throws Exception {
    Guest guest = new Guest(lifetime);
    Thread first = waiting(lifetime::close);
    Thread second = waiting(lifetime::close);
    assertThat(freed).hasValue(0);
    assertThatIllegalStateException().isThrownBy(lifetime::enter);
    guest.leave();
    first.join();
    second.join();
    assertThat(freed).hasValue(1);
  }

  @Test
  void should_let_a_call_finish_that_enters_again_while_closing() throws Exception {
    Guest other = new Guest(lifetime);
    Lifetime.Call outer = lifetime.enter();
    Thread closing = waiting(lifetime::close);
    lifetime.requireOpen();
    try (Lifetime.Call inner = lifetime.enter()) {
      other.leave();
    }
    assertThat(freed).hasValue(0);
    outer.close();
    closing.join();
    assertThat(freed).hasValue(1);
  }

  @Test
  void should_leave_the_freeing_to_the_last_call_when_closed_from_inside() throws Exception {
    Guest other = new Guest(lifetime);
    try (Lifetime.Call call = lifetime.enter()) {
      lifetime.close();
      assertThat(freed).hasValue(0);
    }
    assertThat(freed).hasValue(0);
    other.leave();
    assertThat(freed).hasValue(1);
  }

  /** Two threads, each inside what the other closes. */
  @Test
  void should_not_wait_for_each_other() throws Exception {
    Lifetime mine = Lifetime.of("Mine", freed::incrementAndGet);
    Guest guest = new Guest(lifetime);
    try (Lifetime.Call call = mine.enter()) {
      lifetime.close();
    }
    mine.close();
    assertThat(freed).hasValue(1);
    guest.leave();
    assertThat(freed).hasValue(2);
  }

  @Test
  void should_stop_waiting_after_a_while_and_free_later() throws Exception {
    Lifetime impatient = new Lifetime("Thing", freed::incrementAndGet, Duration.ZERO);
    Guest guest = new Guest(impatient);
    impatient.close();
    assertThat(freed).hasValue(0);
    guest.leave();
    assertThat(freed).hasValue(1);
  }

  @Test
  void should_wait_although_interrupted() throws Exception {
    Guest guest = new Guest(lifetime);
    List<Boolean> after = new ArrayList<>();
    Thread closing =
        waiting(
            () -> {
              lifetime.close();
              after.add(Thread.currentThread().isInterrupted());
            });
    closing.interrupt();
    guest.leave();
    closing.join();
    assertThat(after).containsExactly(true);
    assertThat(freed).hasValue(1);
  }

  @Test
  void should_throw_what_freeing_threw_to_who_closed_first() {
    Lifetime broken =
        Lifetime.of(
            "Thing",
            () -> {
              throw new IllegalArgumentException("stuck");
            });
    assertThatThrownBy(broken::close).hasMessage("stuck");
    broken.close();
  }

  @Test
  void should_close_from_its_own_freeing() {
    Lifetime[] itself = new Lifetime[1];
    itself[0] = Lifetime.of("Thing", () -> itself[0].close());
    itself[0].close();
    assertThat(itself[0].isClosed()).isTrue();
  }

  @Test
  void should_survive_calls_that_are_left_twice_or_out_of_order() {
    Lifetime other = Lifetime.of("Other", freed::incrementAndGet);
    Lifetime.Call first = lifetime.enter();
    Lifetime.Call second = other.enter();
    first.close();
    first.close();
    lifetime.close();
    assertThat(freed).hasValue(1);
    second.close();
    other.close();
    assertThat(freed).hasValue(2);
  }
}
