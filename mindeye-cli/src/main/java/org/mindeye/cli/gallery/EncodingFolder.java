// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.RowsFile;
import org.mindeye.formats.io.StagedFile;

/**
 * Pictures that are being encoded, in a folder inside the gallery's: vectors in {@value #ROWS}, one
 * after the other, and in {@value #RECORD} how many of them count. Vectors are on the disk before
 * the record says so; what a killed process wrote behind them is cut off.
 */
final class EncodingFolder implements Closeable {
  static final String NAME = "encoding";
  private static final String RECORD = "encoding.json";
  private static final String ROWS = "rows.f32";

  private final Path folder;
  private final FolderLock lock;
  private final RowsFile rows;
  private EncodingRecord record;

  private EncodingFolder(Path folder, FolderLock lock, RowsFile rows, EncodingRecord record) {
    this.folder = folder;
    this.lock = lock;
    this.rows = rows;
    this.record = record;
  }

  /** Whether a gallery has pictures that are not all encoded, or not yet part of it. */
  static boolean isIn(Path gallery) {
    return Files.isRegularFile(gallery.resolve(NAME).resolve(RECORD));
  }

  /** What is done of them. */
  static EncodingRecord read(Path gallery) throws IOException {
    return Document.read(gallery.resolve(NAME).resolve(RECORD)).as(EncodingRecord.class);
  }

  /** Whether a folder of this name holds nothing but what was begun here. */
  static boolean isOurs(Path encoding) throws IOException {
    if (!Files.isDirectory(encoding)) {
      return false;
    }
    Set<String> names = Set.of(RECORD, ROWS, FolderLock.NAME);
    try (Stream<Path> all = Files.list(encoding)) {
      return all.allMatch(
          file -> names.contains(file.getFileName().toString()) || StagedFile.isStaged(file));
    }
  }

  /**
   * Refuses another encoding than the one that is half done, if there is one.
   *
   * @param asked makes of what is half done what is asked for, as far as that is known
   * @throws FileAlreadyExistsException says the differences
   */
  static void requireSame(Path gallery, UnaryOperator<EncodingRecord.Request> asked)
      throws IOException {
    if (isIn(gallery)) {
      EncodingRecord.Request there = read(gallery).request();
      requireSame(gallery.resolve(NAME), there, asked.apply(there));
    }
  }

  /**
   * Takes a new folder, or one to continue.
   *
   * @throws FileAlreadyExistsException if it holds what was encoded otherwise; says the differences
   * @throws IOException if it cannot be written, or another process encodes in it
   */
  static EncodingFolder claim(Path gallery, EncodingRecord.Request request) throws IOException {
    Path folder = gallery.resolve(NAME);
    Files.createDirectories(folder);
    try (CloseOnFailure taken = new CloseOnFailure()) {
      FolderLock lock = taken.add(FolderLock.acquire(folder, "encodes pictures"));
      StagedFile.sweep(folder);
      EncodingRecord record = isIn(gallery) ? read(gallery) : EncodingRecord.of(request);
      if (record.looked() == 0) { // nothing that could be mixed up
        record = EncodingRecord.of(request);
      }
      requireSame(folder, record.request(), request);
      RowsFile rows =
          taken.add(
              RowsFile.open(
                  folder.resolve(ROWS),
                  request.origin().space().size() * Float.BYTES,
                  record.rows(),
                  "delete " + folder + " to encode all pictures again"));
      return taken.done(new EncodingFolder(folder, lock, rows, record));
    }
  }

  private static void requireSame(
      Path folder, EncodingRecord.Request there, EncodingRecord.Request now) throws IOException {
    List<String> differences = there.differences(now);
    if (!differences.isEmpty()) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "pictures are half encoded there ("
              + String.join("; ", differences)
              + "); finish that first with the same command, or delete the folder");
    }
  }

  EncodingRecord record() {
    return record;
  }

  /**
   * Adds vectors, and counts them.
   *
   * @param vectors of the pictures that were not left out
   * @param looked how many pictures were looked at by now, in all
   * @param skipped which of those since the last time were left out
   */
  void add(List<float[]> vectors, int looked, List<String> skipped) throws IOException {
    int width = record.request().origin().space().size();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(vectors.size() * Float.BYTES, width))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer numbers = bytes.asFloatBuffer();
    vectors.forEach(numbers::put);
    rows.append(bytes);
    write(record.with(looked, skipped));
  }

  /**
   * Notes that the gallery takes the vectors now; the first time counts.
   *
   * @param size vectors of the gallery without them
   */
  void adding(long size) throws IOException {
    if (record.before() == null) {
      write(record.withBefore(size));
    }
  }

  private void write(EncodingRecord now) throws IOException {
    record = now;
    StagedFile.write(folder.resolve(RECORD), DocumentWriter.bytes(now));
  }

  /** Whether a gallery of a size has all of them: the process was killed just behind the end. */
  boolean isAdded(long size) {
    return record.before() != null && size == record.before() + record.rows();
  }

  /** Reads rows that follow each other. */
  void read(long from, float[] into) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(into.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    rows.read(from, bytes);
    bytes.flip().asFloatBuffer().get(into);
  }

  /** Deletes all, when it is part of the gallery. */
  void delete() throws IOException {
    rows.close();
    lock.delete();
    Folders.delete(folder);
  }

  /** Lets others continue; where nothing is encoded, nothing stays. */
  @Override
  public void close() throws IOException {
    try (FolderLock held = lock;
        RowsFile open = rows) {
      if (record.looked() == 0) {
        delete();
        try (Stream<Path> others = Files.list(folder.getParent())) {
          if (others.findAny().isEmpty()) {
            Files.delete(folder.getParent());
          }
        }
      }
    }
  }
}
