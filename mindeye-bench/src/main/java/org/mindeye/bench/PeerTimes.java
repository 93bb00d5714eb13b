// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.MindEyeException;

/**
 * Times of the same work in another program, for a column beside ours. A line is a benchmark, the
 * parameters that it holds for, and seconds: {@code BackboneForward.forward, batch=32
 * size=PAPER_HIDDEN, 1.342}. Lines that begin with {@code #} say something to the reader.
 */
final class PeerTimes {
  private record Line(String benchmark, Map<String, String> parameters, double seconds) {
    boolean isOf(JmhResult result) {
      return benchmark.equals(result.benchmark())
          && result.parameters().entrySet().containsAll(parameters.entrySet());
    }
  }

  private final List<Line> lines;

  private PeerTimes(List<Line> lines) {
    this.lines = lines;
  }

  /** No times at all. */
  static PeerTimes none() {
    return new PeerTimes(List.of());
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws MindEyeException if a line is no such line
   */
  static PeerTimes read(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      if (!text.isBlank() && !text.startsWith("#")) {
        lines.add(line(file, text));
      }
    }
    return new PeerTimes(lines);
  }

  private static Line line(Path file, String text) {
    String[] parts = text.strip().split("\\s*,\\s*");
    try {
      Map<String, String> parameters = new HashMap<>();
      for (String pair : parts[1].split(" ")) {
        if (!pair.isEmpty()) {
          parameters.put(pair.split("=")[0], pair.split("=")[1]);
        }
      }
      return new Line(parts[0], parameters, Double.parseDouble(parts[2]));
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      throw new MindEyeException(
          file
              + ": expected 'benchmark, name=value name=value, seconds' but a line is '"
              + text
              + "'",
          e);
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The other program's seconds. */
  Optional<Double> secondsOf(JmhResult result) {
    return lines.stream().filter(line -> line.isOf(result)).map(Line::seconds).findFirst();
  }
}
