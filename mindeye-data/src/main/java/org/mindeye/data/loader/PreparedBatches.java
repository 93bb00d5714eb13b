// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Batches that are prepared in threads of their own, ahead of the steps that take them: what has to
 * be read, decoded and changed for one is done while the step before computes.
 *
 * <pre>{@code
 * try (PreparedBatches<TrialBatch, float[][]> ahead =
 *     PreparedBatches.of(loader.epoch(0).iterator(), TrialBatch::pixels, AheadConfig.standard())) {
 *   while (ahead.hasNext()) {
 *     train(ahead.next());
 *   }
 * }
 * }</pre>
 *
 * <p>They come in the order of the batches they are made of, whichever thread is done first: the
 * order depends on the seed of these alone. No more than {@link AheadConfig#batches()} are in the
 * making or wait, in addition to the one that was handed out last. What fails is thrown where its
 * batch would have come. Not safe for concurrent use.
 *
 * @param <B> a batch
 * @param <T> what becomes of it
 */
public final class PreparedBatches<B, T> implements Iterator<T>, AutoCloseable {
  private final Iterator<? extends B> batches;
  private final Function<? super B, ? extends T> work;
  private final AheadConfig config;

  /** Null where nothing is ahead. */
  private final ExecutorService threads;

  private final Deque<Future<T>> ahead = new ArrayDeque<>();

  /** No other batch is begun. */
  private boolean over;

  private boolean closed;

  private PreparedBatches(
      Iterator<? extends B> batches,
      Function<? super B, ? extends T> work,
      AheadConfig config,
      ExecutorService threads) {
    this.batches = batches;
    this.work = work;
    this.config = config;
    this.threads = threads;
  }

  /**
   * Prepares batches; begins when the first is asked for.
   *
   * @param batches walked through by the thread that asks, no further than is needed
   * @param work what is done with each, in several threads at once; must depend on the batch alone,
   *     and make no tensors, which belong to the thread that made them
   * @param config how far ahead
   * @param <B> a batch
   * @param <T> what becomes of it
   * @return what becomes of the batches, in their order; closed by the caller
   */
  public static <B, T> PreparedBatches<B, T> of(
      Iterator<? extends B> batches, Function<? super B, ? extends T> work, AheadConfig config) {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(work, "work");
    Objects.requireNonNull(config, "config");
    ExecutorService threads =
        config.threads() == 0
            ? null
            : Executors.newFixedThreadPool(config.threads(), PreparedBatches::daemon);
    return new PreparedBatches<>(batches, work, config, threads);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "batches ahead");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty() || !over && batches.hasNext();
  }

  /**
   * The next one, as soon as it is ready.
   *
   * @throws NoSuchElementException after the last
   * @throws CancellationException if the thread that waits is interrupted
   * @throws IllegalStateException after closing, or after a batch that failed
   */
  @Override
  public T next() {
    if (closed) {
      throw new IllegalStateException("the batches were closed, or an earlier one failed");
    }
    if (threads == null) {
      return nextNow();
    }
    advance();
    if (ahead.isEmpty()) {
      throw new NoSuchElementException("no more batches");
    }
    T next = result(ahead.remove());
    advance();
    return next;
  }

  private T nextNow() {
    try (CloseOnFailure failed = new CloseOnFailure()) {
      failed.add(this);
      if (batches.hasNext()) {
        return failed.done(work.apply(batches.next()));
      }
      failed.done(this);
    }
    throw new NoSuchElementException("no more batches");
  }

  /** Begins as many as may be ahead. */
  private void advance() {
    try {
      while (!over && ahead.size() < config.batches()) {
        if (batches.hasNext()) {
          B batch = batches.next();
          ahead.add(threads.submit(() -> work.apply(batch)));
        } else {
          over = true;
        }
      }
    } catch (RuntimeException e) {
      over = true;
      ahead.add(CompletableFuture.failedFuture(e)); // those before come first
    }
    if (over) {
      threads.shutdown(); // each thread ends after its last batch
    }
  }

  private T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("preparing batches was interrupted");
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("preparing a batch failed: " + e.getCause(), e);
    }
  }

  /**
   * Forgets what is ahead, and waits until no thread works on it any more, so that what it reads
   * may be closed. Closing twice is harmless.
   */
  @Override
  public void close() {
    closed = true;
    over = true;
    if (threads == null) {
      return;
    }
    threads.shutdown();
    // Not interrupted: that would close the files they read for all others.
    ahead.forEach(future -> future.cancel(false));
    ahead.clear();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true; // noted, and passed on when the files are free
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
