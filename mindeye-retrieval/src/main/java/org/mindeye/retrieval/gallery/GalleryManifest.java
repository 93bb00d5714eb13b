// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.SummedDocument;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.internal.folder.SummedFile;

/**
 * What a gallery's folder says about itself, in {@value #NAME}.
 *
 * @param format of the folder, {@value #FORMAT}
 * @param origin what its vectors are
 * @param parts in the order of their ids
 */
record GalleryManifest(int format, GalleryOrigin origin, List<Stored> parts) {
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
   * The file.
   *
   * @param gallery what it says
   * @param sum of the file's bytes
   */
  private record Summed(GalleryManifest gallery, String sum) {}

  static GalleryManifest of(GalleryOrigin origin) {
    return new GalleryManifest(FORMAT, origin, List.of());
  }

  GalleryManifest with(Stored part) {
    List<Stored> more = new ArrayList<>(parts);
    more.add(part);
    return new GalleryManifest(format, origin, more);
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
