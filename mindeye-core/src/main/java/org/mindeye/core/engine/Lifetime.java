// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When an object's native memory may be freed: never while a call is in flight. Reading a tensor
 * that another thread frees ends the JVM, so whatever owns native memory and serves several threads
 * has a lifetime, and each of its calls runs inside it:
 *
 * <pre>{@code
 * private final Lifetime lifetime = Lifetime.of("ExactIndex", manager::close);
 *
 * public List<Neighbor> nearest(ClipVectors queries, int k) {
 *   try (Lifetime.Call call = lifetime.enter()) {
 *     ...
 *   }
 * }
 *
 * public void close() {
 *   lifetime.close();
 * }
 * }</pre>
 *
 * <p>Calls do not wait for each other: entering and leaving changes one counter. A thread inside
 * may enter again, even after closing began, so that calls which use their own object's other
 * methods are finished.
 *
 * <p>Closing is final. From its first moment on new calls are refused; it waits for those in
 * flight, at most {@link #PATIENCE}, and when it returns the memory is free, in whichever thread
 * and however often it is called. Two cases do not wait, and the last call to leave frees the
 * memory instead: a thread that is itself inside a call, of this object or any other, since two
 * such threads could wait for each other; and calls that take longer than that, which a warning in
 * the log reports.
 */
public final class Lifetime {
  /** How long closing waits for calls in flight: 30 seconds. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);
  private static final int CLOSED = Integer.MIN_VALUE;

  /** The calls this thread is inside, of any object, the latest first. */
  private static final ThreadLocal<Call> LATEST = new ThreadLocal<>();

  private final String name;
  private final Runnable free;
  private final Duration patience;

  /** How many threads are inside, and whether closing has begun: the highest bit. */
  private final AtomicInteger state = new AtomicInteger();

  private final CountDownLatch freed = new CountDownLatch(1);
  private volatile Thread freeing;
  private volatile RuntimeException failure;

  Lifetime(String name, Runnable free, Duration patience) {
    this.name = name;
    this.free = free;
    this.patience = patience;
  }

  /**
   * Begins a lifetime.
   *
   * @param name of the object, for messages
   * @param free frees its memory; runs once, when no call is in flight
   * @return an open lifetime
   */
  public static Lifetime of(String name, Runnable free) {
    return new Lifetime(name, free, PATIENCE);
  }

  /**
   * Enters a call, which closing waits for.
   *
   * @return to be closed at the call's end, by the same thread
   * @throws IllegalStateException if closing has begun, unless this thread is inside already
   */
  public Call enter() {
    Call outer = LATEST.get();
    boolean first = !isInside(outer);
    if (first) {
      count();
    }
    Call call = new Call(this, outer, first);
    LATEST.set(call);
    return call;
  }

  private boolean isInside(Call latest) {
    for (Call call = latest; call != null; call = call.outer) {
      if (call.lifetime == this && call.open) {
        return true;
      }
    }
    return false;
  }

  private void count() {
    int now;
    do {
      now = state.get();
      if (now < 0) {
        throw closed();
      }
    } while (!state.compareAndSet(now, now + 1));
  }

  /**
   * Refuses a call that needs no memory, but has no meaning after closing.
   *
   * @throws IllegalStateException if closing has begun, unless this thread is inside already
   */
  public void requireOpen() {
    if (isClosed() && !isInside(LATEST.get())) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException(name + " is closed; closing is final, so make a new one");
  }

  /**
   * Whether closing has begun.
   *
   * @return true from the first moment of the first {@link #close()} on
   */
  public boolean isClosed() {
    return state.get() < 0;
  }

  /**
   * Refuses new calls, waits for those in flight, and frees the memory. Harmless when repeated.
   *
   * @throws RuntimeException what freeing threw, in the first thread to close
   */
  public void close() {
    int before = state.getAndUpdate(now -> now | CLOSED);
    if (before == 0) {
      free();
    } else if (LATEST.get() == null && freeing != Thread.currentThread()) {
      await();
    }
    if (before >= 0 && failure != null) {
      throw failure;
    }
  }

  private void free() {
    freeing = Thread.currentThread();
    try {
      free.run();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      freeing = null;
      freed.countDown();
    }
  }

  private void leave() {
    if (state.decrementAndGet() == CLOSED) {
      free();
      if (failure != null) {
        LOG.warn("{}: freeing its memory after the last call failed", name, failure);
      }
    }
  }

  /** An interrupt does not shorten the wait: memory in use must stay. */
  private void await() {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!freed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.warn(
                "{} is closed, but {} of its calls still run after {} s: the last of them will free"
                    + " its memory",
                name,
                state.get() - CLOSED,
                patience.toSeconds());
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A call in flight. */
  public static final class Call implements AutoCloseable {
    private final Lifetime lifetime;
    private final Call outer;
    private final boolean counted;
    private boolean open = true;

    private Call(Lifetime lifetime, Call outer, boolean counted) {
      this.lifetime = lifetime;
      this.outer = outer;
      this.counted = counted;
    }

    /** Leaves the call. Closing twice is harmless. */
    @Override
    public void close() {
      if (open) {
        open = false;
        Call latest = LATEST.get();
        while (latest != null && !latest.open) {
          latest = latest.outer;
        }
        LATEST.set(latest);
        if (counted) {
          lifetime.leave();
        }
      }
    }
  }
}
