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
import org.mindeye.core.MindEyeException;
import org.mindeye.training.TrainingListener.RunPlan;

/**
 * A log of lines in the order of the steps they tell of. Every line is flushed. A resumed run goes
 * on with the file after cutting what it does again.
 */
final class LineLog implements AutoCloseable {
  private static final int MOST_SHOWN = 80;

  private final Path file;
  private final BufferedWriter writer;

  private LineLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Reads one line of a log. */
  interface Reader {
    /**
     * Which step a line tells of; that of an epoch is its last one.
     *
     * @param number 1 for the first line
     * @param line without its end
     * @return the step, or -1 for what every log begins with
     * @throws IllegalArgumentException if there is no such line in such a log; says what is
     *     expected, to be followed by what was found
     */
    long step(int number, String line);
  }

  /**
   * Opens a log: anew for a run that starts with step 0, to be appended to otherwise. Then the
   * first line of a step that will be done again is cut with all that follow, and so is a last line
   * without an end, which a killed process left.
   *
   * @throws MindEyeException if the old file is no such log
   */
  static LineLog open(Path file, RunPlan plan, Reader reader) {
    try {
      if (plan.firstStep() > 0 && Files.exists(file)) {
        long kept = kept(file, plan.firstStep(), reader);
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
          old.truncate(kept);
        }
      } else {
        Files.write(file, new byte[0]);
      }
      return new LineLog(file, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /** The last step of an epoch. */
  static long lastStep(long epoch, RunPlan plan) {
    return (epoch + 1) * plan.stepsPerEpoch() - 1;
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

  private static long kept(Path file, long firstStep, Reader reader) throws IOException {
    long kept = 0;
    int number = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        number++;
        if (step(file, number, line, reader) >= firstStep) {
          break;
        }
        kept += line.size() + 1;
        line.reset();
      }
    }
    return kept;
  }

  private static long step(Path file, int number, ByteArrayOutputStream line, Reader reader) {
    String found = line.toString(StandardCharsets.UTF_8).stripTrailing();
    try {
      return reader.step(number, found);
    } catch (IllegalArgumentException e) {
      throw new MindEyeException(
          "cannot go on with the training log "
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
