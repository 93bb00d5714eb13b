// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.util.concurrent.CountDownLatch;
import org.mindeye.cli.console.Console;
import org.mindeye.formats.io.ProcessEnd;

/**
 * Lets Ctrl-C and SIGTERM end a run properly: the JVM waits until the training thread has finished
 * its step, saved, and reported it. The exit code is the signal's, 130 or 143, as everywhere.
 */
public final class StopRequest implements AutoCloseable {
  /** How long a training thread that failed may take to report why. */
  private static final long LAST_WORDS_MILLIS = 2000;

  private final Thread trainer = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final ProcessEnd.Registration registration;
  private volatile boolean requested;
  private volatile boolean clean;

  private StopRequest(Console console, String words) {
    registration = ProcessEnd.first(() -> stop(console, words));
  }

  /**
   * Listens from now on; {@link #close} ends it.
   *
   * @param console says so when the request comes
   * @return not requested yet
   */
  public static StopRequest listen(Console console) {
    return listen(console, "finishing the step and saving");
  }

  /**
   * The same for work that ends otherwise.
   *
   * @param console says so when the request comes
   * @param words what happens until the end
   * @return not requested yet
   */
  public static StopRequest listen(Console console, String words) {
    return new StopRequest(console, words);
  }

  /**
   * Whether the process was requested to end.
   *
   * @return true from then on
   */
  public boolean requested() {
    return requested;
  }

  /** Everything is saved and reported. */
  public void done() {
    clean = true;
  }

  private void stop(Console console, String words) {
    requested = true;
    if (finished.getCount() > 0) {
      console.say("stopping: %s", words);
    }
    try {
      finished.await();
      if (!clean) {
        trainer.join(LAST_WORDS_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the JVM end, now or later, as usual. */
  @Override
  public void close() {
    finished.countDown();
    registration.close();
    requested |= ProcessEnd.hasBegun();
  }
}
