// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.NpyEmbeddings;

/**
 * A folder that {@code clip-retrieval inference} wrote: {@code img_emb/img_emb_*.npy} (or {@code
 * text_emb/text_emb_*.npy}), float16 {@code [rows, width]}, and {@code metadata/metadata_*.parquet}
 * with a row for each. A row's id is its number in all files in the order of their names, which is
 * the id that a clip-retrieval server gives it.
 *
 * <pre>{@code
 * try (ClipRetrievalFolder folder = ClipRetrievalFolder.open(path, Modality.IMAGE)) {
 *   JVectorIndex.build(folder, gallery, JVectorConfig.standard());
 * }
 * }</pre>
 */
public final class ClipRetrievalFolder implements EmbeddingSource, AutoCloseable {
  private static final String METADATA = "metadata";

  private final NpyEmbeddings embeddings;
  private final List<MetadataTable> tables;

  private ClipRetrievalFolder(NpyEmbeddings embeddings, List<MetadataTable> tables) {
    this.embeddings = embeddings;
    this.tables = tables;
  }

  /**
   * Opens a folder.
   *
   * @param folder with {@code img_emb} or {@code text_emb}, and {@code metadata} if there is any
   * @param modality which embeddings
   * @return the open folder; the caller closes it
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if there are no such files, they do not fit each other, or there
   *     is another number of files of metadata than of embeddings
   */
  public static ClipRetrievalFolder open(Path folder, Modality modality) throws IOException {
    Objects.requireNonNull(modality, "modality");
    List<Path> arrays = sorted(folder.resolve(modality.folder()), modality.folder(), ".npy");
    if (arrays.isEmpty()) {
      throw new MalformedFileException(
          folder.toString(),
          "a folder of clip-retrieval, with "
              + modality.folder()
              + "/"
              + modality.folder()
              + "_*.npy",
          "no such file");
    }
    List<Path> tables = sorted(folder.resolve(METADATA), METADATA, ".parquet");
    if (!tables.isEmpty() && tables.size() != arrays.size()) {
      throw new MalformedFileException(
          folder.toString(),
          "a file of metadata for each of "
              + Plural.of(arrays.size(), "file")
              + " of embeddings, or none",
          Integer.toString(tables.size()));
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      NpyEmbeddings embeddings = opened.add(NpyEmbeddings.open(arrays));
      return opened.done(
          new ClipRetrievalFolder(embeddings, tables.stream().map(MetadataTable::new).toList()));
    }
  }

  /** By name, as clip-retrieval sorts them, also where numbers are not padded. */
  private static List<Path> sorted(Path folder, String prefix, String suffix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix + "_"))
          .filter(file -> file.getFileName().toString().endsWith(suffix))
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    }
  }

  @Override
  public int width() {
    return embeddings.width();
  }

  @Override
  public long size() {
    return embeddings.size();
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    embeddings.read(from, into);
  }

  /**
   * Whether there is anything about the rows beside their embeddings.
   *
   * @return whether there are files of metadata
   */
  @Override
  public boolean hasMetadata() {
    return !tables.isEmpty();
  }

  /**
   * Reads what is known about all rows into the heap, for a {@link
   * org.mindeye.retrieval.DescribedIndex}. Values become text; what a table leaves out is left out.
   *
   * @param columns which to keep; empty for all
   * @return one map per row, in their order; cannot be changed
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if a file is no Parquet, or there is not a row for each row
   * @throws IllegalStateException if there are no files of metadata, or the library that reads them
   *     is not there
   */
  public List<Map<String, String>> readMetadata(String... columns) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    describe(List.of(columns), rows::add);
    return List.copyOf(rows);
  }

  /**
   * Reads what is known about all rows, file by file and all columns of it, as {@link
   * #readMetadata} does.
   *
   * @param into takes each row as text, in their order
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if a file is no Parquet, or there is not a row for each row
   * @throws IllegalStateException if there are no files of metadata, or the library that reads them
   *     is not there
   */
  @Override
  public void describe(Consumer<Map<String, String>> into) throws IOException {
    describe(List.of(), Objects.requireNonNull(into, "into"));
  }

  private void describe(List<String> columns, Consumer<Map<String, String>> into)
      throws IOException {
    if (!hasMetadata()) {
      throw new IllegalStateException("this folder has no metadata: ask hasMetadata first");
    }
    long[] rows = {0};
    for (MetadataTable table : tables) {
      table.read(
          columns,
          row -> {
            rows[0]++;
            if (rows[0] <= size()) {
              into.accept(row);
            }
          });
    }
    if (rows[0] != size()) {
      throw new MalformedFileException(
          tables.get(tables.size() - 1).source(),
          Plural.of(size(), "row") + " of metadata in all files, as of embeddings",
          rows[0] > size() ? "more than " + size() : Long.toString(rows[0]));
    }
  }

  /**
   * Releases the files. Closing twice is harmless.
   *
   * @throws java.io.UncheckedIOException if one cannot be closed
   */
  @Override
  public void close() {
    embeddings.close();
  }
}
