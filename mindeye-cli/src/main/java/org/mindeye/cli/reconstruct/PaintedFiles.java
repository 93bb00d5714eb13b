// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.document.Document;

/**
 * The files of one reconstruction.
 *
 * @param cocoId number of the seen picture
 * @param chosen what was painted; of several candidates the best one
 * @param blurry what the low-level branch saw
 * @param candidates all that were painted and kept, the chosen one first
 */
public record PaintedFiles(
    long cocoId, Path chosen, Optional<Path> blurry, List<Candidate> candidates) {
  /**
   * One of several.
   *
   * @param file the picture
   * @param score how similar it is to what the brain says; empty if that was not asked for
   */
  public record Candidate(Path file, Optional<Double> score) {}

  /** Copies the list. */
  public PaintedFiles {
    candidates = List.copyOf(candidates);
  }

  /**
   * What {@code reconstruct} has painted into a folder.
   *
   * @param folder any folder
   * @return in the order in which it was painted; empty if the folder is of another kind
   * @throws IOException if the record cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if it is damaged
   */
  public static List<PaintedFiles> in(Path folder) throws IOException {
    Path record = folder.resolve(PaintedFolder.RECORD);
    if (!Files.exists(record)) {
      return List.of();
    }
    return Document.read(record).as(PaintedRecord.class).pictures().stream()
        .map(
            picture ->
                new PaintedFiles(
                    picture.cocoId(),
                    folder.resolve(picture.file()),
                    Optional.ofNullable(picture.blurry()).map(folder::resolve),
                    candidates(folder, picture)))
        .toList();
  }

  private static List<Candidate> candidates(Path folder, PaintedRecord.Picture picture) {
    return picture.candidates().stream()
        .filter(painted -> painted.file() != null)
        .map(p -> new Candidate(folder.resolve(p.file()), Optional.ofNullable(p.score())))
        .toList();
  }
}
