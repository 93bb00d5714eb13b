// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.document.SummedDocument;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.internal.folder.SummedFile;

/**
 * What a gallery's folder says about itself, in {@value #NAME}.
 *
 * @param format of the folder, {@value #FORMAT}
 * @param origin what its vectors are
 * @param parts in the order of their ids
 * @param unfinished an addition of which some parts are there, the last ones; null if there is none
 */
record GalleryManifest(
    int format, GalleryOrigin origin, List<Stored> parts, @MayBeAbsent Unfinished unfinished) {
  static final String NAME = "gallery.json";
  private static final int FORMAT = 1;

  GalleryManifest {
    parts = List.copyOf(parts);
  }

  /**
   * A part and its files.
   *
   * @param part what it is
   * @param files all that lie in its folder, or, where one of them is a manifest of its own, that
   */
  record Stored(GalleryPart part, List<SummedFile> files) {
    Stored {
      files = List.copyOf(files);
    }
  }

  /**
   * An addition of which some parts are there.
   *
   * @param source what its vectors were made of, in words
   * @param vectors how many they are
   * @param parts how many of the last parts belong to it
   */
  record Unfinished(String source, long vectors, int parts) {}

  /**
   * The file.
   *
   * @param gallery what it says
   * @param sum of the file's bytes
   */
  private record Summed(GalleryManifest gallery, String sum) {}

  static GalleryManifest of(GalleryOrigin origin) {
    return new GalleryManifest(FORMAT, origin, List.of(), null);
  }

  /**
   * With one part more of an addition.
   *
   * @param part what it is
   * @param vectors of the whole addition
   */
  GalleryManifest with(Stored part, long vectors) {
    List<Stored> more = new ArrayList<>(parts);
    more.add(part);
    long done = unfinishedVectors() + part.part().count();
    int before = unfinished == null ? 0 : unfinished.parts();
    return new GalleryManifest(
        format,
        origin,
        more,
        done == vectors ? null : new Unfinished(part.part().source(), vectors, before + 1));
  }

  /** The parts of the addition that is not finished, in their order. */
  List<Stored> unfinishedParts() {
    return unfinished == null
        ? List.of()
        : parts.subList(parts.size() - unfinished.parts(), parts.size());
  }

  /** How many vectors of the addition that is not finished are there. */
  long unfinishedVectors() {
    return unfinishedParts().stream().mapToLong(stored -> stored.part().count()).sum();
  }

  long size() {
    return parts.stream().mapToLong(stored -> stored.part().count()).sum();
  }

  void write(Path folder) throws IOException {
    SummedDocument.write(folder.resolve(NAME), sum -> new Summed(this, sum));
  }

  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  static GalleryManifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!isIn(folder)) {
      throw new MalformedFileException(
          folder.toString(),
          "the folder of a gallery, with " + NAME,
          Files.exists(folder) ? "none in it" : "no such folder");
    }
    SummedDocument.requireSum(file, "build the gallery again");
    Document document = Document.read(file);
    int format = document.root().path("gallery").path("format").asInt();
    if (format != FORMAT) {
      throw new MalformedFileException(
          file.toString(),
          "format " + FORMAT,
          "format "
              + format
              + "; open it with the version of the library that built it, or build it again");
    }
    return document.as(Summed.class).gallery();
  }
}
