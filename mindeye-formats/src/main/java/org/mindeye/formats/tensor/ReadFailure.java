// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** What to throw where reading from an open file failed. */
public final class ReadFailure {
  private ReadFailure() {}

  /**
   * A file that its user has closed is not the disk's fault.
   *
   * @param source names the file
   * @param part what was read, for example {@code tensor 'w'}
   * @param cause what went wrong
   * @return an {@link IllegalStateException} if the file is closed, else an {@link
   *     UncheckedIOException}
   */
  public static RuntimeException of(String source, String part, IOException cause) {
    boolean closed = cause instanceof ClosedChannelException;
    return closed && !(cause instanceof ClosedByInterruptException)
        ? new IllegalStateException(
            source + " is closed: read " + part + " before, or open it again")
        : new UncheckedIOException(source + ": " + part, cause);
  }
}
