// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of lines in the order of the steps they report. Every line is flushed. A resumed run
 * continues the file after cutting what it repeats.
 */
final class LineLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);
  private static final int MOST_SHOWN = 80;

  private final Path file;
  private final BufferedWriter writer;
  private final About last;

  private LineLog(Path file, BufferedWriter writer, About last) {
    this.file = file;
    this.writer = writer;
    this.last = last;
  }

  /**
   * What a line reports.
   *
   * @param step the step it goes with; that of an epoch is its last one; -1 for what every log
   *     begins with
   * @param done the step it reports; -1 for none
   * @param epoch the epoch; -1 if it reports no whole epoch
   */
  record About(long step, long done, long epoch) {
    static final About BEGINNING = new About(-1, -1, -1);

    static About step(long step) {
      return new About(step, step, -1);
    }

    static About epoch(long epoch, RunPlan plan) {
      long step = plan.length().lastStep(epoch);
      return new About(step, step, epoch);
    }

    /** A start goes with the step it announces. */
    static About start(long firstStep) {
      return new About(firstStep, -1, -1);
    }

    /** Both of what has come so far. */
    private About and(About next) {
      return new About(
          Math.max(step, next.step), Math.max(done, next.done), Math.max(epoch, next.epoch));
    }
  }

  /** Reads one line of a log. */
  interface Reader {
    /**
     * What a line reports.
     *
     * @param number 1 for the first line
     * @param line without its end
     * @return step and epoch
     * @throws IllegalArgumentException if there is no such line in such a log; says what is
     *     expected, to be followed by what was found
     */
    About about(int number, String line);
  }

  /**
   * Opens a log: a new one for a run that starts with step 0, to be appended to otherwise. Then the
   * first line of a step that will be done again is cut with all that follow, and so is a last line
   * without an end, which a killed process left.
   *
   * @throws MindEyeException if the old file is no such log
   */
  static LineLog open(Path file, RunPlan plan, Reader reader) {
    try {
      Kept kept = new Kept(0, About.BEGINNING);
      if (plan.firstStep() > 0 && Files.exists(file)) {
        kept = kept(file, plan.firstStep(), reader);
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
          old.truncate(kept.bytes);
        }
      } else {
        Files.write(file, new byte[0]);
      }
      return new LineLog(file, Files.newBufferedWriter(file, StandardOpenOption.APPEND), kept.last);
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /** The last step that the log holds; -1 if it holds none. */
  long lastStep() {
    return last.done;
  }

  /** Whether steps are lost that the run has behind it; says so. */
  boolean warnOfGap(RunPlan plan) {
    boolean gap = last.done < plan.firstStep() - 1;
    if (gap) {
      LOG.warn(
          "{} was cut or lost: it does not report the steps {} to {}",
          file,
          last.done + 1,
          plan.firstStep() - 1);
    }
    return gap;
  }

  /** The epochs that a resumed run has behind it and its log has not. */
  List<EpochReport> missing(RunPlan plan) {
    List<EpochReport> missing =
        plan.start().history().stream().filter(epoch -> epoch.epoch() > last.epoch).toList();
    if (!missing.isEmpty()) {
      LOG.warn(
          "{} was cut or lost; its epochs from {} on are written again, from the history in the"
              + " checkpoint",
          file,
          missing.get(0).epoch() + 1);
    }
    return missing;
  }

  boolean isEmpty() {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  void write(String line) {
    try {
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw failure("finish", file, e);
    }
  }

  /** What stays of a log. */
  private record Kept(long bytes, About last) {}

  private static Kept kept(Path file, long firstStep, Reader reader) throws IOException {
    long kept = 0;
    About last = About.BEGINNING;
    int number = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        number++;
        About about = about(file, number, line, reader);
        if (about.step >= firstStep) {
          break;
        }
        last = last.and(about);
        kept += line.size() + 1;
        line.reset();
      }
    }
    return new Kept(kept, last);
  }

  private static About about(Path file, int number, ByteArrayOutputStream line, Reader reader) {
    String found = line.toString(StandardCharsets.UTF_8).stripTrailing();
    try {
      return reader.about(number, found);
    } catch (IllegalArgumentException e) {
      throw new MindEyeException(
          "cannot continue the training log "
              + file
              + ": line "
              + number
              + ": expected "
              + e.getMessage()
              + " but was '"
              + (found.length() > MOST_SHOWN ? found.substring(0, MOST_SHOWN) + "..." : found)
              + "'; move the file away and a new one is started",
          e);
    }
  }

  private static UncheckedIOException failure(String what, Path file, IOException cause) {
    return new UncheckedIOException("cannot " + what + " the training log " + file, cause);
  }
}
