// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.opensearch.client.opensearch._types.OpenSearchException;

/** Tries something again, later and later, as long as that may help. */
final class Attempts {
  private static final int MOST_DOUBLINGS = 16;

  private final String index;
  private final UploadConfig config;
  private int failures;

  Attempts(String index, UploadConfig config) {
    this.index = index;
    this.config = config;
  }

  /** What a cluster is asked. */
  interface Question<A> {
    A ask() throws IOException;
  }

  <A> A run(String what, Question<A> question) {
    while (true) {
      try {
        return question.ask();
      } catch (OpenSearchException e) {
        if (!Words.mayChange(e.status())) {
          throw Words.refused(index, what, e);
        }
        failed(what + ": status " + e.status() + ": " + e.getMessage(), e);
      } catch (IOException e) {
        failed(what + ": " + e, e);
      }
    }
  }

  /**
   * Notes a failure, and pauses.
   *
   * @throws UncheckedIOException if it was the last attempt
   */
  void failed(String what, Exception cause) {
    failures++;
    if (failures == config.attempts()) {
      throw new UncheckedIOException(
          new IOException(
              Printable.line(
                  "OpenSearch, index "
                      + index
                      + ": failed after "
                      + Plural.of(failures, "attempt")
                      + ": "
                      + what
                      + "; the same call goes on where this one was"),
              cause));
    }
    pause(config.pause().multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS)));
  }

  private void pause(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      requireWanted();
    }
    requireWanted();
  }

  private void requireWanted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "OpenSearch, index " + index + ": the upload was interrupted");
    }
  }
}
