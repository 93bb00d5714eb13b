// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.internal.folder;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.Plural;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;

/**
 * What is known about the rows of a gallery, on the disk: a line of JSON for each in {@value
 * #LINES}, and where each line begins, and the last one ends, in {@value #STARTS}, which is held in
 * the heap. Reading is safe from several threads.
 */
public final class MetadataFiles implements AutoCloseable {
  /** A line of JSON per row. */
  public static final String LINES = "metadata.jsonl";

  /** int64 {@code [rows + 1]}. */
  public static final String STARTS = "metadata.npy";

  private final String source;
  private final RandomAccessFile lines;
  private final long[] starts;

  private MetadataFiles(String source, RandomAccessFile lines, long[] starts) {
    this.source = source;
    this.lines = lines;
    this.starts = starts;
  }

  /**
   * Writes both files, if the source knows anything about its rows.
   *
   * @param folder where they must not exist
   * @param source says it
   * @return their names; none if it knows nothing
   * @throws IOException if the source cannot be read or the disk refuses
   * @throws MalformedFileException if it does not say something about every row
   */
  public static List<String> write(Path folder, EmbeddingSource source) throws IOException {
    if (!source.hasMetadata()) {
      return List.of();
    }
    int count = Math.toIntExact(source.size());
    long[] starts = new long[count + 1];
    int[] rows = {0};
    try (OutputStream output =
        new BufferedOutputStream(
            Files.newOutputStream(folder.resolve(LINES), StandardOpenOption.CREATE_NEW))) {
      source.describe(
          row -> {
            if (rows[0] < count) {
              starts[rows[0] + 1] = starts[rows[0]] + write(row, output);
            }
            rows[0]++;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (rows[0] != count) {
      throw new MalformedFileException(
          "gallery", "metadata for each of " + Plural.of(count, "row"), Integer.toString(rows[0]));
    }
    Npy.write(folder.resolve(STARTS), HeapArray.ofLongs(starts, starts.length));
    return List.of(LINES, STARTS);
  }

  private static int write(Map<String, String> row, OutputStream output) {
    try {
      byte[] line =
          (DocumentWriter.fields(new TreeMap<>(row)) + "\n").getBytes(StandardCharsets.UTF_8);
      output.write(line);
      return line.length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens both files.
   *
   * @param folder where they are
   * @param count how many rows there are
   * @return open files; the caller closes them
   * @throws IOException if one cannot be read
   * @throws MalformedFileException if there are lines for another number of rows
   */
  public static MetadataFiles open(Path folder, int count) throws IOException {
    Path file = folder.resolve(LINES);
    long[] starts = Npy.read(folder.resolve(STARTS)).toLongs();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      RandomAccessFile lines = opened.add(new RandomAccessFile(file.toFile(), "r"));
      if (starts.length != count + 1L || starts[count] != lines.length()) {
        throw new MalformedFileException(
            folder.resolve(STARTS).toString(),
            "the places of " + Plural.of(count, "line") + " of " + file,
            "others (damaged or replaced); build the gallery again");
      }
      return opened.done(new MetadataFiles(file.toString(), lines, starts));
    }
  }

  /**
   * What is known about a row.
   *
   * @param row its number
   * @return by name
   * @throws UncheckedIOException if the file cannot be read
   * @throws MalformedFileException if its line is no JSON
   */
  public Map<String, String> get(int row) {
    byte[] line = new byte[Math.toIntExact(starts[row + 1] - starts[row])];
    try {
      synchronized (lines) {
        lines.seek(starts[row]);
        lines.readFully(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(source + ": " + e.getMessage(), e);
    }
    String place = source + ", line " + (row + 1);
    Map<String, String> known = new HashMap<>();
    Document.parse(place, new String(line, StandardCharsets.UTF_8))
        .root()
        .properties()
        .forEach(field -> known.put(field.getKey(), field.getValue().asText()));
    return known;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
