// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.text;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/** A table in a text file with the names of its columns in the first line. */
public final class TextTable {
  private static final long MOST_BYTES = 256L << 20;

  private final String source;
  private final List<String> columns;
  private final List<CSVRecord> records;

  private TextTable(String source, List<String> columns, List<CSVRecord> records) {
    this.source = source;
    this.columns = columns;
    this.records = records;
  }

  /**
   * Reads a table and looks whether columns are there.
   *
   * @param file of at most 256 MiB
   * @param delimiter between values
   * @param required names of columns
   * @return the table
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no table, or not in UTF-8; or if a column is missing or
   *     there twice
   */
  public static TextTable read(Path file, char delimiter, List<String> required)
      throws IOException {
    String source = file.toString();
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(source, "a table of text", FileKind.describe(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new MalformedFileException(
          source, "a table of at most 256 MiB", Plural.of(Files.size(file), "byte"));
    }
    String text = text(file);
    requireDelimiter(source, text, delimiter, required);
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreSurroundingSpaces(true).get();
    List<CSVRecord> records = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
      for (CSVRecord each : parser) {
        records.add(each);
      }
    } catch (CSVException | UncheckedIOException | IllegalStateException e) {
      MalformedFileException refused =
          new MalformedFileException(
              source,
              "a table of text",
              "line " + (records.size() + 1) + " that is none (" + e.getMessage() + ")");
      refused.initCause(e);
      throw refused;
    }
    List<String> columns = records.isEmpty() ? List.of() : records.get(0).toList();
    for (String column : required) {
      if (columns.stream().filter(column::equals).count() != 1) {
        throw new MalformedFileException(
            source,
            "one column '" + column + "'",
            columns.isEmpty() ? "an empty file" : Printable.name(String.join(", ", columns)));
      }
    }
    return new TextTable(source, columns, records);
  }

  private static String text(Path file) throws IOException {
    try {
      return Encodings.withoutMark(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw Encodings.refused(file, "a table of text", e);
    }
  }

  /**
   * Refuses names that are separated by something else, before a parser stumbles over their quotes.
   */
  private static void requireDelimiter(
      String source, String text, char delimiter, List<String> required) {
    String line = text.lines().filter(each -> !each.isEmpty()).findFirst().orElse("");
    if (required.stream().anyMatch(names(line, delimiter)::contains)) {
      return;
    }
    for (char other : new char[] {',', ';', '\t'}) {
      List<String> names = names(line, other);
      for (String column : required) {
        if (names.contains(column)) {
          throw new MalformedFileException(
              source,
              "one column '" + column + "'",
              Printable.name(line)
                  + ": separate values by "
                  + name(delimiter)
                  + ", not by "
                  + name(other));
        }
      }
    }
  }

  private static List<String> names(String line, char delimiter) {
    return Arrays.stream(line.split(String.valueOf(delimiter)))
        .map(name -> name.replace("\"", "").strip())
        .toList();
  }

  private static String name(char delimiter) {
    return switch (delimiter) {
      case ',' -> "commas";
      case ';' -> "semicolons";
      default -> "tabs";
    };
  }

  /**
   * Names the file in messages.
   *
   * @return its path
   */
  public String source() {
    return source;
  }

  /**
   * How many rows there are below the names.
   *
   * @return 0 or more
   */
  public int rows() {
    return Math.max(0, records.size() - 1);
  }

  /**
   * Whether a column is there.
   *
   * @param column its name
   * @return true if it is
   */
  public boolean has(String column) {
    return columns.contains(column);
  }

  /**
   * The names of the columns.
   *
   * @return in their order
   */
  public List<String> columns() {
    return columns;
  }

  /**
   * A row.
   *
   * @param index from 0
   * @return the row
   * @throws MalformedFileException if it has more or fewer values than there are columns
   */
  public Row row(int index) {
    CSVRecord record = records.get(index + 1);
    if (record.size() != columns.size()) {
      throw new MalformedFileException(
          source + ": row " + (index + 1),
          Plural.of(columns.size(), "value"),
          String.valueOf(record.size()));
    }
    return new Row(index, record);
  }

  /** One of the rows, numbered from 1 in messages, as editors show them below the names. */
  public final class Row {
    private final int index;
    private final CSVRecord record;

    private Row(int index, CSVRecord record) {
      this.index = index;
      this.record = record;
    }

    /**
     * A value as it is, without blanks around it.
     *
     * @param column its name
     * @return the text
     */
    public String text(String column) {
      return record.get(columns.indexOf(column)).strip();
    }

    /**
     * A whole number, which pandas may have written with a point.
     *
     * @param column its name
     * @param least the smallest number that is accepted
     * @param most the largest
     * @return the number
     */
    public int whole(String column, int least, int most) {
      double value = real(column);
      if (!(value >= least && value <= most) || value != Math.rint(value)) {
        throw malformed(column, "a whole number of " + least + " to " + most);
      }
      return (int) value;
    }

    /**
     * A number.
     *
     * @param column its name
     * @return NaN where the table has none
     */
    public double real(String column) {
      String text = text(column);
      if (text.isEmpty() || text.equalsIgnoreCase("nan")) {
        return Double.NaN;
      }
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw malformed(column, "a number");
      }
    }

    /**
     * A truth value.
     *
     * @param column its name
     * @return for {@code True} or 1, {@code False} or 0
     */
    public boolean truth(String column) {
      return switch (text(column)) {
        case "True", "TRUE", "true", "1" -> true;
        case "False", "FALSE", "false", "0" -> false;
        default -> throw malformed(column, "True or False");
      };
    }

    /**
     * A complaint about a value.
     *
     * @param column its name
     * @param expected what should be there
     * @return an exception to throw
     */
    public MalformedFileException malformed(String column, String expected) {
      return new MalformedFileException(
          source + ": row " + (index + 1) + ", column '" + column + "'",
          expected,
          "'" + Printable.name(text(column)) + "'");
    }
  }
}
