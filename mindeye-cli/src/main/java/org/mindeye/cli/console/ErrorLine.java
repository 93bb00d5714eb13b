// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.Printable;

/** What a person at a shell reads about an error: one line, and what to do. */
public final class ErrorLine {
  /** Items of a list that are named; the others are counted. */
  private static final int LISTED = 3;

  /** Longer lines are cut. */
  private static final int MOST = 1500;

  private static final double GIB = 1L << 30;

  private ErrorLine() {}

  /**
   * An error in one line.
   *
   * @param error what was thrown
   * @return its message without line breaks, long lists cut; where memory ran out, what gives more
   */
  public static String of(Throwable error) {
    Optional<OutOfMemoryError> heap = outOfMemory(error);
    if (heap.isPresent()) {
      return outOfMemory(heap.get(), Runtime.getRuntime().maxMemory());
    }
    String line = Printable.line(cut(OptionNames.in(oneLine(message(error)))));
    return isNative(line) ? line + "; close other programs, or make the work smaller" : line;
  }

  /**
   * Whether memory ran out, the JVM's or the engine's.
   *
   * @param error what was thrown
   * @return true where less work at a time would help
   */
  public static boolean isAboutMemory(Throwable error) {
    return outOfMemory(error).isPresent() || isNative(message(error));
  }

  private static Optional<OutOfMemoryError> outOfMemory(Throwable error) {
    return Stream.iterate(error, Objects::nonNull, Throwable::getCause)
        .filter(OutOfMemoryError.class::isInstance)
        .map(OutOfMemoryError.class::cast)
        .findFirst();
  }

  private static String message(Throwable error) {
    if (error.getMessage() == null || error instanceof Error) {
      return error.toString();
    }
    if (error instanceof FileSystemException file && file.getReason() == null) {
      return bare(file);
    }
    return error.getMessage();
  }

  /**
   * The JDK's exceptions about files often have a path for a message, and say why by their type.
   */
  private static String bare(FileSystemException error) {
    String path = error.getMessage();
    if (error instanceof NoSuchFileException) {
      return path + ": no such file or folder";
    } else if (error instanceof AccessDeniedException) {
      return path + ": access denied";
    } else if (error instanceof FileAlreadyExistsException) {
      return path + ": something of this name is in the way";
    } else if (error instanceof NotDirectoryException) {
      return path + ": not a folder";
    }
    return error.getClass().getSimpleName() + ": " + path;
  }

  /** The JVM's own words say which memory it is, and not how much there was. */
  static String outOfMemory(OutOfMemoryError error, long heap) {
    String said = String.valueOf(error.getMessage());
    if (said.contains("native thread")) {
      return "out of memory: " + said + "; close other programs, or allow more (ulimit -u)";
    }
    String option = said.contains("direct buffer") ? "-XX:MaxDirectMemorySize=" : "-Xmx";
    long more = Math.max(1, (long) Math.ceil(2 * heap / GIB));
    return String.format(
        Locale.ROOT,
        "out of memory: %s; this JVM may use %.1f GiB, give it more:"
            + " MINDEYE_JAVA_OPTS=%s%dg ./mindeye ... (java %s%dg ... without it)",
        said,
        heap / GIB,
        option,
        more,
        option,
        more);
  }

  /** The words of libtorch, for the CPU and for CUDA. */
  private static boolean isNative(String line) {
    return line.contains("can't allocate memory") || line.contains("CUDA out of memory");
  }

  /** Lines of the same depth are items of a list. */
  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder();
    int depth = 0;
    int listed = 0;
    List<String> counted = new ArrayList<>();
    for (String text : message.strip().split("\\R")) {
      if (text.isBlank()) {
        continue;
      }
      int indent = text.length() - text.stripLeading().length();
      boolean item = indent > 0 && indent == depth;
      listed = item ? listed + 1 : 1;
      if (item && listed > LISTED) {
        counted.add(text.strip());
        continue;
      }
      flush(counted, line);
      line.append(line.length() == 0 ? "" : item ? ", " : indent < depth ? "; " : " ");
      line.append(text.strip());
      depth = indent;
    }
    flush(counted, line);
    return line.toString();
  }

  private static void flush(List<String> counted, StringBuilder line) {
    if (!counted.isEmpty()) {
      String last = counted.get(counted.size() - 1);
      int more = counted.size();
      if (last.matches("… and [0-9]+ more")) {
        more += Integer.parseInt(last.replaceAll("[^0-9]", "")) - 1;
      }
      line.append(", … and ").append(more).append(" more");
      counted.clear();
    }
  }

  private static String cut(String line) {
    return line.length() <= MOST
        ? line
        : line.substring(0, MOST)
            + " … ("
            + Plural.of(line.length() - MOST, "character")
            + " more)";
  }
}
