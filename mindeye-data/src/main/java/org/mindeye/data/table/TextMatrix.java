// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mindeye.Printable;
import org.mindeye.data.internal.text.Encodings;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.MalformedFileException;

/** Numbers in a text file, a trial a line, with or without names of the voxels above them. */
final class TextMatrix {
  private static final String SMALLER = "save them with numpy.save, which is read row by row";

  /** So many whole numbers in a row, from 0, are no responses but what pandas calls columns. */
  private static final int FEWEST_NUMBERED = 3;

  private TextMatrix() {}

  /** All numbers, {@code [trials, voxels]}. */
  static float[][] read(Path file) throws IOException {
    HeapBudget.ofThisProcess().require(file.toString(), Files.size(file), SMALLER);
    Pattern delimiter = Pattern.compile(file.toString().endsWith(".tsv") ? "\t" : ",");
    List<float[]> rows = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String text = ++number == 1 ? Encodings.withoutMark(line) : line;
        if (!text.isBlank() && !(number == 1 && isHeader(file, delimiter.split(text, -1)))) {
          rows.add(row(file, number, delimiter.split(text, -1), rows));
        }
      }
    } catch (CharacterCodingException e) {
      throw Encodings.refused(file, "numbers as text", e);
    }
    if (rows.isEmpty()) {
      throw new MalformedFileException(file.toString(), "a line of numbers for each trial", "none");
    }
    return rows.toArray(float[][]::new);
  }

  /** Whether these are names of voxels, or their numbers; refuses the index of a table. */
  private static boolean isHeader(Path file, String[] cells) {
    List<String> names = Arrays.stream(cells).map(cell -> cell.strip().replace("\"", "")).toList();
    String first = names.get(0);
    boolean blank = first.isEmpty() || first.equals("Unnamed: 0");
    if (blank && names.size() > 1) {
      List<String> others = names.subList(1, names.size());
      if (areNames(others) || areNumbered(others)) {
        throw new MalformedFileException(
            file + ": line 1, column 1",
            "the name or number of a voxel",
            "'" + first + "': the index of a table? Save it without, in pandas with index=False");
      }
    }
    return areNames(names) || names.size() >= FEWEST_NUMBERED && areNumbered(names);
  }

  private static boolean areNames(List<String> cells) {
    return cells.stream().noneMatch(TextMatrix::isNumber);
  }

  /** Whether they are 0, 1, and so on. */
  private static boolean areNumbered(List<String> cells) {
    return IntStream.range(0, cells.size())
        .allMatch(column -> cells.get(column).equals(String.valueOf(column)));
  }

  private static boolean isNumber(String cell) {
    try {
      Float.parseFloat(cell);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
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
