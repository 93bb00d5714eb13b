// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.zip.ZipDirectory;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.safetensors.SafetensorsItem;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorContent;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * Writes arrays whose rows come batch by batch, however many: as a NumPy archive or as safetensors,
 * by the file's name. Nothing is kept in memory; rows wait in {@linkplain StagedFile staged files}
 * beside the target, which {@link #close} and the end of the process delete, so that the disk has
 * to hold everything twice for a while. The file appears under its name only when it is complete.
 *
 * <pre>{@code
 * try (RowWriter writer = RowWriter.create(Path.of("tokens.npz"))) {
 *   writer.add("tokens", HeapArray.ofFloats(values, batch, tokens, width)); // as often as needed
 *   writer.publish();
 * }
 * }</pre>
 *
 * <p>Not safe for concurrent use.
 */
public final class RowWriter implements Closeable {
  private static final String ARCHIVE = ".npz";
  private static final String SAFETENSORS = ".safetensors";

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

    Rows(HeapArray first, Path beside) throws IOException {
      type = first.type();
      shape = first.shape();
      shape[0] = 0;
      file = StagedFile.create(beside);
    }

    boolean fits(HeapArray more) {
      long[] other = more.shape();
      return more.type() == type && Arrays.equals(other, 1, other.length, shape, 1, shape.length);
    }

    void add(HeapArray more) throws IOException {
      file.write(more.bytes());
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
  public void add(String name, HeapArray rows) throws IOException {
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
    if (target.toString().endsWith(SAFETENSORS)) {
      Safetensors.write(target, items(), Map.of());
      return;
    }
    try (StagedFile staged = StagedFile.create(target)) {
      archive(staged.output());
      staged.publish();
    }
  }

  /** Sums come after the content, so that nothing is read twice; nothing is compressed. */
  private void archive(OutputStream output) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(output);
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (Map.Entry<String, Rows> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
      entry.setTimeLocal(ZipDirectory.NO_TIME);
      zip.putNextEntry(entry);
      zip.write(NpyHeader.encode(array.getValue().type, array.getValue().shape));
      array.getValue().file.copyTo(zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  private List<SafetensorsItem> items() {
    return arrays.entrySet().stream()
        .map(
            array -> {
              Rows rows = array.getValue();
              TensorShape shape = new TensorShape(rows.shape);
              return new SafetensorsItem(
                  new TensorInfo(array.getKey(), rows.type, shape),
                  sink -> rows.file.copyTo(stream(sink)));
            })
        .toList();
  }

  private static OutputStream stream(TensorContent.Sink sink) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        sink.accept(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }

  /**
   * Deletes what was not published. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses; what can be deleted is deleted all the same
   */
  @Override
  public void close() throws IOException {
    CloseOnFailure parts = new CloseOnFailure();
    arrays.values().forEach(array -> parts.add(array.file));
    parts.closeAll();
  }
}
