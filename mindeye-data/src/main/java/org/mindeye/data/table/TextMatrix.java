// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mindeye.Printable;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/** Numbers in a text file, a trial a line, with or without names of the voxels above them. */
final class TextMatrix {
  private static final String SMALLER = "save them with numpy.save, which is read row by row";

  private TextMatrix() {}

  /** All numbers, {@code [trials, voxels]}. */
  static float[][] read(Path file) throws IOException {
    HeapBudget.ofThisProcess().require(file.toString(), Files.size(file), SMALLER);
    Pattern delimiter = Pattern.compile(file.toString().endsWith(".tsv") ? "\t" : ",");
    List<float[]> rows = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank() && !(number == 1 && isHeader(line, delimiter))) {
          rows.add(row(file, number, delimiter.split(line, -1), rows));
        }
      }
    } catch (CharacterCodingException e) {
      MalformedFileException refused =
          new MalformedFileException(file.toString(), "numbers as text", FileKind.describe(file));
      refused.initCause(e);
      throw refused;
    }
    if (rows.isEmpty()) {
      throw new MalformedFileException(file.toString(), "a line of numbers for each trial", "none");
    }
    return rows.toArray(float[][]::new);
  }

  private static boolean isHeader(String line, Pattern delimiter) {
    for (String cell : delimiter.split(line, -1)) {
      try {
        Float.parseFloat(cell.strip());
        return false;
      } catch (NumberFormatException e) {
        continue; // a name
      }
    }
    return true;
  }

  private static float[] row(Path file, int line, String[] cells, List<float[]> before) {
    if (!before.isEmpty() && before.get(0).length != cells.length) {
      throw new MalformedFileException(
          file + ": line " + line,
          before.get(0).length + " numbers, as before",
          String.valueOf(cells.length));
    }
    float[] row = new float[cells.length];
    for (int column = 0; column < cells.length; column++) {
      try {
        row[column] = Float.parseFloat(cells[column].strip());
      } catch (NumberFormatException e) {
        MalformedFileException refused =
            new MalformedFileException(
                file + ": line " + line + ", column " + (column + 1),
                "a number",
                "'" + Printable.name(cells[column].strip()) + "'");
        refused.initCause(e);
        throw refused;
      }
    }
    return row;
  }
}
