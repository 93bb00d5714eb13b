// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * What was opened for something that is not finished yet: it is closed again, the latest first, if
 * the rest fails, and left alone once the whole is done.
 *
 * <pre>{@code
 * try (CloseOnFailure opened = new CloseOnFailure()) {
 *   FileChannel channel = opened.add(FileChannel.open(file));
 *   return opened.done(new Reader(channel, readHeader(channel)));
 * }
 * }</pre>
 *
 * <p>The first failure is the one that is thrown; what fails while closing is added to it as
 * suppressed. Not safe for concurrent use.
 */
public final class CloseOnFailure implements AutoCloseable {
  private final Deque<AutoCloseable> latestFirst = new ArrayDeque<>();

  /** Nothing is open yet. */
  public CloseOnFailure() {}

  /**
   * Takes a part that belongs to whatever {@link #done} hands out.
   *
   * @param <T> its type
   * @param part what to close on failure
   * @return the part
   */
  public <T extends AutoCloseable> T add(T part) {
    latestFirst.push(Objects.requireNonNull(part, "part"));
    return part;
  }

  /**
   * Takes a step that has to be taken back on failure, where there is nothing to close.
   *
   * @param step takes it back
   */
  public void undo(AutoCloseable step) {
    add(step);
  }

  /**
   * Ends the construction: from now on the parts belong to the whole, or to the caller that gets
   * it.
   *
   * @param <T> its type
   * @param whole what was made
   * @return the whole
   */
  public <T> T done(T whole) {
    latestFirst.clear();
    return whole;
  }

  /**
   * Closes what was added since the last {@link #done}, all of it, even where a part fails.
   *
   * @throws RuntimeException the first failure, an {@link IOException} as {@link
   *     UncheckedIOException}; the others are suppressed in it
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!latestFirst.isEmpty()) {
      try {
        latestFirst.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = unchecked(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static RuntimeException unchecked(Exception e) {
    if (e instanceof RuntimeException already) {
      return already;
    }
    return e instanceof IOException io
        ? new UncheckedIOException(io)
        : new IllegalStateException("closing failed: " + e.getMessage(), e);
  }
}
