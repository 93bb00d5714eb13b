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
   * Closes what was added since the last {@link #done}, all of it, even where a part fails. For
   * closing without a failure before it, where callers expect what the disk does as {@link
   * IOException}.
   *
   * @throws IOException the first failure, unless it is unchecked; the others are suppressed in it
   */
  public void closeAll() throws IOException {
    Exception failure = null;
    while (!latestFirst.isEmpty()) {
      try {
        latestFirst.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else if (failure != e) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure != null) {
      throw new IllegalStateException("closing failed: " + failure.getMessage(), failure);
    }
  }

  /**
   * Like {@link #closeAll}, for the end of a try block, where there is a failure already.
   *
   * @throws RuntimeException the first failure, an {@link IOException} as {@link
   *     UncheckedIOException}
   */
  @Override
  public void close() {
    try {
      closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
