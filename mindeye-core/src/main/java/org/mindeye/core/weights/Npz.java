package org.mindeye.core.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.mindeye.core.io.StagedFile;

/**
 * NumPy's {@code .npz} files: named arrays, each a {@code .npy} file in a zip archive. Reads what
 * {@code numpy.savez} and {@code numpy.savez_compressed} write; writes stored entries, the same
 * arrays always as the same bytes.
 *
 * <p>Archives that unpack to more than a limit are refused before they are unpacked; so are
 * repeated names, entries that are no {@code .npy} file, and content that fails its checksum.
 */
public final class Npz {
  /** What {@link #read(Path)} unpacks at most: 2 GiB of elements, all arrays together. */
  public static final long DEFAULT_LIMIT = 1L << 31;

  private static final int MAX_ARRAYS = 65_535;
  private static final String SUFFIX = ".npy";

  /** The first moment a zip archive can tell. */
  static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Reads all arrays, at most {@link #DEFAULT_LIMIT} bytes of elements.
   *
   * @param file the file
   * @return the arrays by name, in the order of the archive; cannot be changed
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    return read(file, DEFAULT_LIMIT);
  }

  /**
   * Reads all arrays.
   *
   * @param file the file
   * @param mostBytes bytes of elements to unpack at most, all arrays together
   * @return the arrays by name, in the order of the archive; cannot be changed
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file, or holds more
   */
  public static Map<String, NpyArray> read(Path file, long mostBytes) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return arrays(file.toString(), zip, mostBytes);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      // Java's reader answers damaged archives with any of the three.
      throw new MalformedFileException(
          file.toString(), "a NumPy archive (.npz)", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads all arrays, at most {@link #DEFAULT_LIMIT} bytes of elements, as named tensors.
   *
   * @param file the file
   * @return its arrays, which are in the heap: nothing stays open
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static StateDict open(Path file) throws IOException {
    return new NpzStateDict(file.toString(), read(file));
  }

  private static Map<String, NpyArray> arrays(String source, ZipFile zip, long mostBytes)
      throws IOException {
    if (zip.size() > MAX_ARRAYS) {
      throw new MalformedFileException(
          source, "at most " + MAX_ARRAYS + " arrays", zip.size() + " entries");
    }
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    long left = mostBytes;
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      String member = source + "!" + entry.getName();
      if (!entry.getName().endsWith(SUFFIX)) {
        throw new MalformedFileException(member, "a name that ends with " + SUFFIX, "another");
      }
      NpyArray array = array(member, zip, entry, left);
      left -= array.content().length;
      String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
      if (arrays.put(name, array) != null) {
        throw new MalformedFileException(member, "one entry of this name", "another one");
      }
    }
    return Collections.unmodifiableMap(arrays);
  }

  private static NpyArray array(String member, ZipFile zip, ZipEntry entry, long left)
      throws IOException {
    CRC32 sum = new CRC32();
    try (InputStream content = new CheckedInputStream(zip.getInputStream(entry), sum)) {
      NpyArray array = Npy.read(member, content, left);
      // Java's reader checks sums only where it reads archives as streams.
      if (sum.getValue() != entry.getCrc()) {
        throw new MalformedFileException(
            member,
            "content with the checksum %08x".formatted(entry.getCrc()),
            "%08x".formatted(sum.getValue()));
      }
      return array;
    }
  }

  /**
   * Writes an archive. It appears under its name only when complete; an existing one is replaced.
   *
   * @param file the file; its folder must exist
   * @param arrays by name, without {@code .npy}
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      ZipOutputStream zip = new ZipOutputStream(staged.output());
      for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
        write(zip, array.getKey() + SUFFIX, array.getValue());
      }
      zip.finish();
      staged.publish();
    }
  }

  private static void write(ZipOutputStream zip, String name, NpyArray array) throws IOException {
    byte[] header = NpyHeader.encode(array.type(), array.shape());
    CRC32 sum = new CRC32();
    sum.update(header);
    sum.update(array.content());
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize((long) header.length + array.content().length);
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);

    zip.write(header);
    zip.write(array.content());
    zip.closeEntry();
  }
}
