// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mindeye.formats.tensor.MalformedFileException;

/** A file of metadata, in Parquet. The library that reads it is loaded when it is first needed. */
record MetadataTable(Path file) {
  String source() {
    return file.toString();
  }

  /**
   * Reads row by row.
   *
   * @param columns which to keep; empty for all
   * @param into takes each row, as text
   */
  void read(List<String> columns, Consumer<Map<String, String>> into) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(source());
    }
    try {
      Rows.read(file, columns, into);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          source()
              + ": reading Parquet needs blue.strategic.parquet:parquet-floor among the"
              + " application's dependencies",
          e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      throw malformed(e);
    }
  }

  private MalformedFileException malformed(RuntimeException e) {
    MalformedFileException malformed =
        new MalformedFileException(source(), "a Parquet file", String.valueOf(e.getMessage()));
    malformed.initCause(e);
    return malformed;
  }

  /** Apart, so that the class above is loaded without the library. */
  private static final class Rows
      implements Hydrator<Map<String, String>, Map<String, String>, String[]> {
    private final List<String> columns;

    private Rows(List<String> columns) {
      this.columns = columns;
    }

    static void read(Path file, List<String> columns, Consumer<Map<String, String>> into)
        throws IOException {
      try (Stream<Map<String, String>> rows =
          ParquetReader.streamContent(file.toFile(), new Rows(columns))) {
        rows.forEach(into);
      }
    }

    @Override
    public Map<String, String> start() {
      return new HashMap<>();
    }

    @Override
    public Map<String, String> add(Map<String, String> row, String[] path, Object value) {
      String column = String.join(".", path);
      if (value != null && (columns.isEmpty() || columns.contains(column))) {
        row.put(column, value.toString());
      }
      return row;
    }

    @Override
    public Map<String, String> finish(Map<String, String> row) {
      return Map.copyOf(row);
    }
  }
}
