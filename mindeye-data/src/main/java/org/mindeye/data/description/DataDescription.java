// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a file or folder of brain data is, and what is in it. Headers are read, and tables and small
 * images; responses and pictures are not.
 *
 * @param path which
 * @param what it is, and what for
 * @param parts its arrays, columns, members or files
 * @param notes what else is to be known: counts, units
 * @param missing what is not there, what it would be for and where it comes from
 */
public record DataDescription(
    Path path, String what, List<Part> parts, List<String> notes, List<String> missing) {
  /**
   * Something in it.
   *
   * @param name of a dataset, variable, column, member or file
   * @param form type and shape, or how many
   * @param what it is, and its unit; empty if that is not known
   */
  public record Part(String name, String form, String what) {
    /** Checks that all are there. */
    public Part {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(form, "form");
      Objects.requireNonNull(what, "what");
    }
  }

  /** Takes copies. */
  public DataDescription {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(what, "what");
    parts = List.copyOf(Objects.requireNonNull(parts, "parts"));
    notes = List.copyOf(Objects.requireNonNull(notes, "notes"));
    missing = List.copyOf(Objects.requireNonNull(missing, "missing"));
  }

  /**
   * Describes whatever is there.
   *
   * @param path a file of any format that is read here, or a folder
   * @return the description
   * @throws NoSuchFileException if nothing is there
   * @throws IOException if it cannot be read
   * @throws org.mindeye.MindEyeException if it is damaged
   */
  public static DataDescription read(Path path) throws IOException {
    if (!Files.exists(Objects.requireNonNull(path, "path"))) {
      throw new NoSuchFileException(path.toString(), null, "no such file or folder");
    }
    return Files.isDirectory(path) ? FolderDescriber.of(path) : FileDescriber.of(path);
  }
}
