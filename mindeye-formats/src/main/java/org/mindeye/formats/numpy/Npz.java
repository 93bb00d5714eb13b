// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.zip.ZipDirectory;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

/**
 * NumPy's {@code .npz} files: named arrays, each a {@code .npy} file in a zip archive. Reads what
 * {@code numpy.savez} and {@code numpy.savez_compressed} write; writes stored entries, the same
 * arrays always as the same bytes.
 *
 * <p>Archives that unpack to more than a limit are refused before they are unpacked; so are
 * repeated names, entries that are not {@code .npy} files, and content that fails its checksum.
 */
public final class Npz {
  /** What {@link #read(Path)} unpacks at most: 2 GiB of elements, all arrays together. */
  public static final long DEFAULT_LIMIT = 1L << 31;

  private Npz() {}

  /**
   * Reads all arrays, at most {@link #DEFAULT_LIMIT} bytes of elements.
   *
   * @param file the file
   * @return the arrays by name, in the order of the archive; cannot be changed
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static Map<String, HeapArray> read(Path file) throws IOException {
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
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them, before anything is
   *     unpacked; says what would help
   */
  public static Map<String, HeapArray> read(Path file, long mostBytes) throws IOException {
    try (NpzFile archive = NpzFile.open(file)) {
      return archive.arrays(mostBytes, HeapBudget.ofThisProcess());
    }
  }

  /**
   * Opens an archive of any size and reads its headers; arrays are read when asked for, window by
   * window, whether they are stored or deflated. (A deflated array of several axes in Fortran order
   * has to be in the Java heap for that.)
   *
   * @param file the file
   * @return its arrays; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static TensorFile open(Path file) throws IOException {
    return NpzFile.open(file);
  }

  /**
   * Writes an archive. It appears under its name only when complete; an existing one is replaced.
   *
   * @param file the file; its folder must exist
   * @param arrays by name, without {@code .npy}
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, HeapArray> arrays) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      ZipOutputStream zip = new ZipOutputStream(staged.output());
      for (Map.Entry<String, HeapArray> array : arrays.entrySet()) {
        write(zip, array.getKey() + NpzMember.SUFFIX, array.getValue());
      }
      zip.finish();
      staged.publish();
    }
  }

  private static void write(ZipOutputStream zip, String name, HeapArray array) throws IOException {
    byte[] header = NpyHeader.encode(array.type(), array.shape());
    CRC32 sum = new CRC32();
    sum.update(header);
    sum.update(array.bytes());
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize((long) header.length + array.bytes().remaining());
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(ZipDirectory.NO_TIME);
    zip.putNextEntry(entry);

    zip.write(header);
    array.writeTo(zip);
    zip.closeEntry();
  }
}
