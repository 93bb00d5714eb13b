// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;

/**
 * Collects what is wrong with several files, so that one message names all of it before anything
 * long begins.
 *
 * <pre>{@code
 * Problems problems = new Problems();
 * Shape shape = problems.read(() -> Shape.read(file)); // null if it cannot be read
 * problems.check(() -> requireOther(folder));
 * problems.refuseAny();
 * }</pre>
 *
 * <p>Not safe for concurrent use.
 */
public final class Problems {
  private final List<Exception> found = new ArrayList<>();

  /** Starts without any. */
  public Problems() {}

  /** Looks at something. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks at it.
     *
     * @throws IOException if a file cannot be read
     */
    void run() throws IOException;
  }

  /**
   * Reads something.
   *
   * @param <T> what
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Reads it.
     *
     * @return what was read
     * @throws IOException if a file cannot be read
     */
    T read() throws IOException;
  }

  /**
   * Notes why a check fails, if it does.
   *
   * @param check throws a {@link MindEyeException} or an {@link IOException} if something is wrong
   */
  public void check(Check check) {
    read(
        () -> {
          check.run();
          return null;
        });
  }

  /**
   * Notes why something cannot be read, if it cannot.
   *
   * @param reading throws a {@link MindEyeException} or an {@link IOException} if something is
   *     wrong
   * @param <T> what is read
   * @return what was read; null if something is wrong
   */
  public <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (MindEyeException | IOException e) {
      found.add(e);
      return null;
    }
  }

  /**
   * Whether nothing was wrong so far.
   *
   * @return true if {@link #refuseAny} would do nothing
   */
  public boolean none() {
    return found.isEmpty();
  }

  /**
   * Ends here if something was wrong.
   *
   * @throws IOException the only problem, if it is one
   * @throws MindEyeException the only problem, or one whose message joins those of all
   */
  public void refuseAny() throws IOException {
    if (found.isEmpty()) {
      return;
    }
    if (found.size() > 1) {
      MindEyeException all =
          new MindEyeException(
              found.stream().map(Problems::message).collect(Collectors.joining("; ")));
      found.forEach(all::addSuppressed);
      throw all;
    }
    if (found.get(0) instanceof IOException only) {
      throw only;
    }
    throw (MindEyeException) found.get(0);
  }

  /** The system's exceptions may have nothing but the name of the file. */
  private static String message(Exception problem) {
    boolean bare = problem instanceof FileSystemException file && file.getReason() == null;
    String reason = problem instanceof NoSuchFileException ? "no such file" : "cannot be read";
    return bare ? problem.getMessage() + ": " + reason : problem.getMessage();
  }
}
