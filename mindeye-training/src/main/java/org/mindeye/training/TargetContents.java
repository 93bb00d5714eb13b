// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.SummedDocument;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What a {@link TargetCache} says of itself and of its rows, without these.
 *
 * @param folder it is in
 * @param manifest what made the rows
 * @param index which rows count, and of which images they are
 * @param pictures what is known of images by looking at them once
 */
record TargetContents(
    Path folder, Summed manifest, TargetIndex index, Map<TrialImage, String> pictures) {
  private static final String MANIFEST = "cache.json";
  private static final int FORMAT = 1;
  private static final int DIGITS = 12;

  /** What the cache says about itself. */
  record Manifest(int format, TargetOrigin origin) {}

  /** The file. */
  record Summed(Manifest cache, String sum) {}

  static boolean areIn(Path folder) {
    return Files.isRegularFile(folder.resolve(MANIFEST));
  }

  /** Makes a cache without a row. */
  static void begin(Path folder, TargetOrigin origin) throws IOException {
    SummedDocument.write(
        folder.resolve(MANIFEST), sum -> new Summed(new Manifest(FORMAT, origin), sum));
  }

  /**
   * Reads what there is.
   *
   * @throws MalformedFileException if there is none, it is of another version, a byte of it was
   *     changed, or rows are missing
   */
  static TargetContents read(Path folder, Map<TrialImage, String> pictures) throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (!areIn(folder)) {
      throw new MalformedFileException(
          folder.toString(),
          "the folder of a target cache, with " + MANIFEST,
          Files.exists(folder) ? "none in it" : "no such folder");
    }
    SummedDocument.requireSum(file, TargetCache.remedy(file));
    Document document = Document.read(file);
    int format = document.root().path("cache").path("format").asInt();
    if (format != FORMAT) {
      throw new MalformedFileException(
          file.toString(),
          "format " + FORMAT,
          "format " + format + "; " + TargetCache.remedy(file));
    }
    Summed manifest = document.as(Summed.class);
    TargetIndex index = TargetIndex.read(folder.resolve(TargetCache.INDEX), manifest.sum);
    TargetContents contents = new TargetContents(folder, manifest, index, pictures);
    TargetRows.require(contents.tokens(), index.size(), contents.rowBytes());
    return contents;
  }

  private Path tokens() {
    return folder.resolve(TargetCache.TOKENS);
  }

  private int rowBytes() {
    return Math.multiplyExact(origin().space().size(), Short.BYTES);
  }

  TargetOrigin origin() {
    return manifest.cache.origin;
  }

  /** The rows that count. */
  TargetRows map() throws IOException {
    return TargetRows.map(tokens(), index, rowBytes());
  }

  /** Adds rows behind those that count. */
  TargetWriter writer() throws IOException {
    return TargetWriter.open(folder, index.size(), manifest.sum, origin().space().size());
  }

  /** The first trial of each image that is not there. */
  List<Trial> missing(List<Trial> trials) {
    Map<Long, Trial> missing = new LinkedHashMap<>();
    for (Trial trial : trials) {
      OptionalInt row = index.row(trial.cocoId());
      if (row.isPresent()) {
        requireSame(trial, index.entry(row.getAsInt()).picture());
      } else {
        Trial first = missing.putIfAbsent(trial.cocoId(), trial);
        if (first != null) {
          requireSame(trial, picture(first));
        }
      }
    }
    return List.copyOf(missing.values());
  }

  /**
   * The row of a trial's image.
   *
   * @throws MindEyeException if it is not there, or is of another picture
   */
  int row(Trial trial) {
    OptionalInt row = index.row(trial.cocoId());
    if (row.isEmpty()) {
      throw new MindEyeException(
          folder
              + ": expected the target of image "
              + trial.cocoId()
              + ", which sample "
              + trial.key()
              + " shows, but it is not among the "
              + Plural.of(index.size(), "image")
              + " there; fill the cache for these samples");
    }
    requireSame(trial, index.entry(row.getAsInt()).picture());
    return row.getAsInt();
  }

  /** The digest of a trial's picture. */
  String picture(Trial trial) {
    String known = pictures.get(trial.image());
    return known == null ? TargetIndex.picture(trial.image()) : known;
  }

  private void requireSame(Trial trial, String there) {
    String picture = picture(trial);
    if (!picture.equals(there)) {
      throw new MindEyeException(
          folder
              + ": expected one picture for each number, but image "
              + trial.cocoId()
              + " of sample "
              + trial.key()
              + " is another one (SHA-256 "
              + picture.substring(0, DIGITS)
              + ") than that which was encoded ("
              + there.substring(0, DIGITS)
              + "); give each set of data a folder of its own");
    }
  }
}
