// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The arrays of a MATLAB file ({@code .mat}), of version 5 to 7 or of version 7.3. Axes are in
 * MATLAB's order, and elements row by row as in all of our arrays: {@code subjectim(2, 5)} is row
 * 1, column 4.
 *
 * <p>Text, cells, structures, objects, sparse and complex numbers are not read, and named when they
 * are asked for.
 */
public abstract sealed class MatFile implements AutoCloseable permits MatFile5, MatFile73 {
  MatFile() {}

  /**
   * Opens a file of either version. One of version 5 is read whole.
   *
   * @param file the file
   * @return its arrays, to be closed by the caller
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no MATLAB file, or is damaged
   * @throws org.mindeye.MindEyeException if the Java heap does not hold it
   */
  public static MatFile open(Path file) throws IOException {
    FileKind kind =
        Files.isDirectory(Objects.requireNonNull(file, "file"))
            ? FileKind.FOLDER
            : FileKind.detect(file);
    return switch (kind) {
      case MAT -> MatFile5.read(file);
      case MAT_73, HDF5 -> MatFile73.ofHdf5(file);
      default ->
          throw new MalformedFileException(
              file.toString(), "a MATLAB file (.mat)", FileKind.describe(file));
    };
  }

  /**
   * The variables.
   *
   * @return their names, whatever they hold
   */
  public abstract List<String> names();

  /**
   * Reads an array of numbers or truth values.
   *
   * @param name of the variable
   * @return {@code double}s as float64, {@code single}s as float32, integers as they are, unsigned
   *     ones of 32 bits as signed ones of 64
   * @throws MalformedFileException if there is no such variable, or if it holds something else
   * @throws org.mindeye.MindEyeException if the Java heap does not hold it
   * @throws IllegalStateException if the file is closed
   */
  public abstract HeapArray array(String name);

  /** Releases the file. Closing twice is harmless. */
  @Override
  public abstract void close();
}
