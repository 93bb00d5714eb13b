// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.events;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import org.mindeye.Plural;

/**
 * Writes an event file, the format that TensorBoard reads. Every record reaches the operating
 * system in one piece before the method returns: the file can be watched, and what a dying process
 * leaves is complete up to the last record. Several files in one folder are one run to TensorBoard,
 * so a resumed run writes a new one beside the old. Safe for concurrent use.
 *
 * <p>The format is TensorFlow's {@code record_writer.cc}, {@code event.proto} and {@code
 * summary.proto}; only what is written here is encoded.
 */
public final class EventFileWriter implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final byte[] PNG_START = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Where the first chunk of a PNG has its width; the height follows. */
  private static final int PNG_SIZE = 16;

  private static final int RGB = 3;
  private static final int START = 1;

  private final Clock clock;
  private final Path file;
  private final OutputStream out;

  /**
   * Creates {@code events.out.tfevents.<seconds since 1970>.mindeye} and writes what every event
   * file begins with. If a run of the same second has that name, a number is appended.
   *
   * @param folder of the run; made if there is none
   * @param clock of the time that the name and every record bear
   * @throws UncheckedIOException if the file cannot be written; names it
   */
  public EventFileWriter(Path folder, Clock clock) {
    this.clock = clock;
    Instant now = clock.instant();
    String name = "events.out.tfevents." + now.getEpochSecond() + ".mindeye";
    Path candidate = folder.resolve(name);
    OutputStream opened = null;
    try {
      Files.createDirectories(folder);
      for (int copy = 1; opened == null; copy++) {
        try {
          opened = Files.newOutputStream(candidate, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
          candidate = folder.resolve(name + "." + copy);
        }
      }
    } catch (IOException e) {
      throw failure(candidate, e);
    }
    file = candidate;
    out = opened;
    try {
      write(event(now, 0).text(Field.EVENT_FILE_VERSION, VERSION));
    } catch (UncheckedIOException e) {
      close();
      throw e;
    }
  }

  /**
   * The file that is written.
   *
   * @return its path, in the folder given
   */
  public Path file() {
    return file;
  }

  /**
   * Notes that the run continues from a step, which it may have reached before: TensorBoard forgets
   * what older files of the folder hold of this and later steps (its fast loader does so curve by
   * curve, once a curve has a new record). To be written before anything else.
   *
   * @param step the first one that is done again
   * @throws UncheckedIOException if the file cannot be written; names it
   */
  public void restart(long step) {
    requireStep("restart", step);
    write(
        event(clock.instant(), step)
            .message(
                Field.EVENT_SESSION_LOG, new ProtoMessage().integer(Field.SESSION_STATUS, START)));
  }

  /**
   * Writes a number.
   *
   * @param tag name of the curve; what is before a slash groups it
   * @param step where on the horizontal axis, 0 or more
   * @param value stored in single precision; may be NaN or infinite
   * @throws UncheckedIOException if the file cannot be written; names it
   */
  public void scalar(String tag, long step, double value) {
    requireTag(tag);
    requireStep(tag, step);
    summary(step, value(tag).chosen(Field.VALUE_SIMPLE_VALUE, (float) value));
  }

  /**
   * Writes a picture.
   *
   * @param tag name of the picture; what is before a slash groups it
   * @param step where on the slider, 0 or more
   * @param width columns
   * @param height rows
   * @param png the encoded file, of that size
   * @throws IllegalArgumentException if the bytes are not a PNG of that size
   * @throws UncheckedIOException if the file cannot be written; names it
   */
  public void image(String tag, long step, int width, int height, byte[] png) {
    requireTag(tag);
    requireStep(tag, step);
    requirePng(tag, width, height, png);
    ProtoMessage image =
        new ProtoMessage()
            .integer(Field.IMAGE_HEIGHT, height)
            .integer(Field.IMAGE_WIDTH, width)
            .integer(Field.IMAGE_COLORSPACE, RGB)
            .bytes(Field.IMAGE_ENCODED, png);
    summary(step, value(tag).message(Field.VALUE_IMAGE, image));
  }

  /** Closes the file; nothing can be written afterwards. */
  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static ProtoMessage event(Instant time, long step) {
    return new ProtoMessage()
        .number(Field.EVENT_WALL_TIME, time.getEpochSecond() + time.getNano() / 1e9)
        .integer(Field.EVENT_STEP, step);
  }

  private static ProtoMessage value(String tag) {
    return new ProtoMessage().text(Field.VALUE_TAG, tag);
  }

  private void summary(long step, ProtoMessage value) {
    ProtoMessage summary = new ProtoMessage().message(Field.SUMMARY_VALUE, value);
    write(event(clock.instant(), step).message(Field.EVENT_SUMMARY, summary));
  }

  private synchronized void write(ProtoMessage event) {
    try {
      out.write(RecordFraming.frame(event.toBytes()));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static UncheckedIOException failure(Path file, IOException cause) {
    return new UncheckedIOException("cannot write the event file " + file, cause);
  }

  private static void requireTag(String tag) {
    if (tag.isBlank()) {
      throw new IllegalArgumentException(
          "tag: expected a name such as train/loss but was '" + tag + "'");
    }
  }

  private static void requireStep(String what, long step) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "step of " + what + ": expected 0 or more but was " + step);
    }
  }

  private static void requirePng(String tag, int width, int height, byte[] png) {
    String found = Plural.of(png.length, "byte") + " that are not a PNG";
    if (png.length >= PNG_SIZE + 2 * Integer.BYTES
        && ByteBuffer.wrap(png, 0, PNG_START.length).equals(ByteBuffer.wrap(PNG_START))) {
      ByteBuffer size = ByteBuffer.wrap(png, PNG_SIZE, 2 * Integer.BYTES);
      int foundWidth = size.getInt();
      int foundHeight = size.getInt();
      if (foundWidth == width && foundHeight == height) {
        return;
      }
      found = "one of " + foundWidth + "x" + foundHeight;
    }
    throw new IllegalArgumentException(
        "image " + tag + ": expected a PNG of " + width + "x" + height + " but found " + found);
  }

  /** The numbers of the fields. */
  private static final class Field {
    static final int EVENT_WALL_TIME = 1;
    static final int EVENT_STEP = 2;
    static final int EVENT_FILE_VERSION = 3;
    static final int EVENT_SUMMARY = 5;
    static final int EVENT_SESSION_LOG = 7;
    static final int SUMMARY_VALUE = 1;
    static final int VALUE_TAG = 1;
    static final int VALUE_SIMPLE_VALUE = 2;
    static final int VALUE_IMAGE = 4;
    static final int IMAGE_HEIGHT = 1;
    static final int IMAGE_WIDTH = 2;
    static final int IMAGE_COLORSPACE = 3;
    static final int IMAGE_ENCODED = 4;
    static final int SESSION_STATUS = 1;

    private Field() {}
  }
}
