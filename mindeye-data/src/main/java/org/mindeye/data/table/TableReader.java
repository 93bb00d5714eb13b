// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.data.Split;
import org.mindeye.data.internal.text.TextTable;
import org.mindeye.formats.tensor.MalformedFileException;

/** Reads a table of trials, and refuses what cannot be meant. */
final class TableReader {
  private static final String IMAGE = "image";
  private static final String SPLIT = "split";
  private static final String ROW = "row";
  private static final String SESSION = "session";
  private static final String PICTURE = "picture";
  private static final int NAMED = 5;

  private final TextTable table;
  private final Path images;

  /** What was said of each picture before. */
  private final Map<Path, TableRow> first = new LinkedHashMap<>();

  private final Map<Long, TableRow> numbers = new HashMap<>();
  private final Map<Integer, TableRow> responses = new HashMap<>();

  private TableReader(TextTable table, Path images) {
    this.table = table;
    this.images = images;
  }

  /**
   * Reads.
   *
   * @param file the table
   * @param responses what its rows belong to
   * @return all trials, those that are left out too
   */
  static List<TableRow> read(Path file, ResponseFiles responses) throws IOException {
    int rows = responses.rows();
    char delimiter = file.toString().endsWith(".tsv") ? '\t' : ',';
    TextTable table = TextTable.read(file, delimiter, List.of(IMAGE, SPLIT));
    if (table.rows() == 0) {
      throw new MindEyeException(file + ": expected a line for each trial but found none");
    }
    if (!table.has(ROW) && table.rows() != rows) {
      throw new MindEyeException(
          file
              + ": expected "
              + Plural.of(rows, "trial")
              + ", as there are responses in "
              + responses.names()
              + ", but found "
              + table.rows()
              + (table.rows() == responses.region().voxels()
                  ? "; are axes swapped? Responses are of [trials, voxels]"
                  : "; a column 'row' (from 0) says which response belongs to which trial"));
    }
    Path folder = file.toAbsolutePath().getParent();
    Path images = Files.isDirectory(folder.resolve("images")) ? folder.resolve("images") : folder;
    return new TableReader(table, images).rows(rows);
  }

  private List<TableRow> rows(int responseCount) {
    List<TableRow> all = new ArrayList<>();
    for (int i = 0; i < table.rows(); i++) {
      TextTable.Row row = table.row(i);
      Path image = image(row);
      TableRow known = first.get(image);
      long picture =
          table.has(PICTURE)
              ? row.whole(PICTURE, 0, Integer.MAX_VALUE)
              : known == null ? first.size() : known.picture();
      TableRow trial =
          new TableRow(
              i + 1,
              image,
              picture,
              split(row),
              table.has(ROW) ? row.whole(ROW, 0, responseCount - 1) : i,
              table.has(SESSION) ? row.text(SESSION) : "");
      compare(trial, known);
      all.add(trial);
    }
    requireImages();
    return all;
  }

  private Path image(TextTable.Row row) {
    String name = row.text(IMAGE);
    if (name.isEmpty()) {
      throw row.malformed(IMAGE, "the name of a file");
    }
    try {
      return images.resolve(name).normalize();
    } catch (InvalidPathException e) {
      MalformedFileException refused = row.malformed(IMAGE, "the name of a file");
      refused.initCause(e);
      throw refused;
    }
  }

  private static Split split(TextTable.Row row) {
    String name = row.text(SPLIT).toLowerCase(Locale.ROOT);
    if (name.isEmpty()) {
      return null;
    }
    Optional<Split> split =
        Arrays.stream(Split.values())
            .filter(each -> name.equals(each.toString()) || name.equals(each.folder()))
            .findFirst();
    return split.orElseThrow(
        () -> row.malformed(SPLIT, "train, validation (or val), test, or nothing to leave it out"));
  }

  /** With what was said before of the same picture, number and response. */
  private void compare(TableRow trial, TableRow known) {
    if (known == null) {
      first.put(trial.image(), trial);
    } else if (known.split() != trial.split()) {
      throw refused(trial, "every picture in one split", "its picture in " + where(known) + " too");
    } else if (known.picture() != trial.picture()) {
      throw refused(
          trial, "one number for every picture", known.picture() + " in row " + known.line());
    }
    TableRow numbered = numbers.putIfAbsent(trial.picture(), trial);
    if (numbered != null && !numbered.image().equals(trial.image())) {
      throw refused(
          trial,
          "one picture for every number",
          numbered.image().getFileName()
              + " of the same number "
              + trial.picture()
              + " in row "
              + numbered.line());
    }
    TableRow before = responses.putIfAbsent(trial.row(), trial);
    if (before != null) {
      throw refused(
          trial,
          "every response once",
          "response " + trial.row() + " in row " + before.line() + " too (duplicate trials?)");
    }
  }

  private static String where(TableRow row) {
    return (row.split() == null ? "no split" : row.split()) + " in row " + row.line();
  }

  private MindEyeException refused(TableRow trial, String expected, String found) {
    return new MindEyeException(
        table.source()
            + ": row "
            + trial.line()
            + " ("
            + trial.image().getFileName()
            + "): expected "
            + expected
            + " but found "
            + found);
  }

  /** All that are missing at once. */
  private void requireImages() {
    TreeSet<Path> missing =
        first.keySet().stream()
            .filter(image -> !Files.isRegularFile(image))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!missing.isEmpty()) {
      String named =
          missing.stream()
              .limit(NAMED)
              .map(image -> images.relativize(image).toString())
              .collect(Collectors.joining(", "));
      int more = missing.size() - NAMED;
      throw new MindEyeException(
          images
              + ": expected the "
              + Plural.of(first.size(), "picture")
              + " that "
              + table.source()
              + " names but found no "
              + named
              + (more > 0 ? ", and " + more + " more" : "")
              + alike(missing.first()));
    }
  }

  /** A file that has almost the name of one that is missing, as a Mac or Windows would take it. */
  private static String alike(Path missing) {
    Path folder = missing.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return "";
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> folded(file).equals(folded(missing)))
          .findFirst()
          .map(
              file ->
                  "; there is "
                      + Printable.name(file.getFileName().toString())
                      + ", which differs from the first in capitals or in how its accents are"
                      + " encoded")
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(folder.toString(), e);
    }
  }

  private static String folded(Path file) {
    return Normalizer.normalize(file.getFileName().toString(), Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT);
  }
}
