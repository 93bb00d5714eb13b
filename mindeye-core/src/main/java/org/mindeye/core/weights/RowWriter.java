package org.mindeye.core.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mindeye.core.io.StagedFile;

/**
 * Writes arrays whose rows come batch by batch, however many: as a NumPy archive or as safetensors,
 * by the file's name. Nothing is kept in memory; rows wait in {@linkplain StagedFile staged files}
 * beside the target, which {@link #close} and the end of the process delete, so that the disk has
 * to hold everything twice for a while. The file appears under its name only when it is complete.
 *
 * <pre>{@code
 * try (RowWriter writer = RowWriter.create(Path.of("tokens.npz"))) {
 *   writer.add("tokens", NpyArray.ofFloats(values, batch, tokens, width)); // as often as needed
 *   writer.publish();
 * }
 * }</pre>
 *
 * <p>Not safe for concurrent use.
 */
public final class RowWriter implements Closeable {
  private static final String ARCHIVE = ".npz";
  private static final String SAFETENSORS = ".safetensors";
  private static final int ALIGNMENT = 8;

  private final Path target;
  private final Map<String, Rows> arrays = new LinkedHashMap<>();

  private RowWriter(Path target) {
    this.target = target;
  }

  /** One array on its way. */
  private static final class Rows {
    private final ElementType type;
    private final long[] shape;
    private final StagedFile file;

    Rows(NpyArray first, Path beside) throws IOException {
      type = first.type();
      shape = first.shape();
      shape[0] = 0;
      file = StagedFile.create(beside);
    }

    boolean fits(NpyArray more) {
      long[] other = more.shape();
      return more.type() == type && Arrays.equals(other, 1, other.length, shape, 1, shape.length);
    }

    void add(NpyArray more) throws IOException {
      file.write(ByteBuffer.wrap(more.content()));
      shape[0] += more.shape()[0];
    }

    long bytes() {
      return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
    }
  }

  /**
   * Prepares a file.
   *
   * @param target ends with {@code .npz} or {@code .safetensors}; its folder must exist
   * @return a writer without arrays
   * @throws IllegalArgumentException if the name ends with something else
   */
  public static RowWriter create(Path target) {
    String name = target.toString();
    if (!name.endsWith(ARCHIVE) && !name.endsWith(SAFETENSORS)) {
      throw new IllegalArgumentException(
          target + ": expected a name that ends with " + ARCHIVE + " or " + SAFETENSORS);
    }
    return new RowWriter(target.toAbsolutePath());
  }

  /**
   * Adds rows to an array.
   *
   * @param name of the array, letters, digits and underscores; a new one starts an array
   * @param rows {@code [rows, ...]}
   * @throws IOException if the disk refuses
   * @throws IllegalArgumentException if rows of this array have another shape or type, or it cannot
   *     have this name
   */
  public void add(String name, NpyArray rows) throws IOException {
    if (!name.matches("[A-Za-z0-9_]+")) {
      throw new IllegalArgumentException(
          "array '" + name + "': expected a name of letters, digits and underscores");
    }
    Rows array = arrays.get(name);
    if (array == null) {
      array = new Rows(rows, target);
      arrays.put(name, array);
    }
    if (!array.fits(rows)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "array '%s': expected rows of %s %s but was %s %s",
              name,
              array.type,
              Arrays.toString(array.shape),
              rows.type(),
              Arrays.toString(rows.shape())));
    }
    array.add(rows);
  }

  /**
   * Puts all arrays into the file, replacing one of that name in one step.
   *
   * @throws IOException if the disk refuses; the old file, if any, is then untouched
   */
  public void publish() throws IOException {
    try (StagedFile staged = StagedFile.create(target)) {
      if (target.toString().endsWith(ARCHIVE)) {
        archive(staged.output());
      } else {
        safetensors(staged.output());
      }
      staged.publish();
    }
  }

  /** Sums come after the content, so that nothing is read twice; nothing is compressed. */
  private void archive(OutputStream output) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(output);
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (Map.Entry<String, Rows> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
      entry.setTimeLocal(Npz.NO_TIME);
      zip.putNextEntry(entry);
      zip.write(NpyHeader.encode(array.getValue().type, array.getValue().shape));
      array.getValue().file.copyTo(zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  private void safetensors(OutputStream output) throws IOException {
    List<String> names =
        arrays.keySet().stream()
            .sorted(
                Comparator.comparing((String name) -> safetensorsType(arrays.get(name)))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    StringBuilder header = new StringBuilder("{");
    long begin = 0;
    for (String name : names) {
      Rows array = arrays.get(name);
      header.append(
          String.format(
              Locale.ROOT,
              "%s\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              name.equals(names.get(0)) ? "" : ",",
              name,
              safetensorsType(array),
              Arrays.toString(array.shape).replace(" ", ""),
              begin,
              begin + array.bytes()));
      begin += array.bytes();
    }
    header.append('}');
    while (header.length() % ALIGNMENT != 0) {
      header.append(' ');
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    output.write(length.putLong(0, header.length()).array());
    output.write(header.toString().getBytes(StandardCharsets.US_ASCII));
    for (String name : names) {
      arrays.get(name).file.copyTo(output);
    }
  }

  private static SafetensorsType safetensorsType(Rows array) {
    return Stream.of(SafetensorsType.values())
        .filter(type -> type.elements() == array.type)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Deletes what was not published. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    for (Rows array : arrays.values()) {
      array.file.close();
    }
  }
}
