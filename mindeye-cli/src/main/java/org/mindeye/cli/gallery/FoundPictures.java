// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.gallery.GalleryFolder;

/** The pictures of what was found, where they are now. */
final class FoundPictures {
  private final GalleryFolder gallery;

  /** Null if they are where they were. */
  private final Path moved;

  FoundPictures(GalleryFolder gallery, Path moved) {
    this.gallery = gallery;
    this.moved = moved;
  }

  /** The file of one that is there. */
  Optional<Path> file(Neighbor neighbor) {
    String name = neighbor.metadata().get(Described.PICTURE);
    if (name == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(moved)
        .or(() -> gallery.picturesOf(neighbor.id()))
        .map(folder -> folder.resolve(name))
        .filter(Files::isRegularFile);
  }

  /** Says which of what was found is the picture that was seen: the same file, byte by byte. */
  List<GalleryHit> marked(GalleryQuery query, List<Neighbor> found) throws IOException {
    byte[] seen = query.isSeen() ? query.image().encoded().bytes() : null;
    GalleryHit[] hits = new GalleryHit[found.size()];
    for (int i = 0; i < hits.length; i++) {
      Optional<Path> file = file(found.get(i));
      hits[i] =
          new GalleryHit(found.get(i), seen != null && file.isPresent() && has(file.get(), seen));
    }
    return List.of(hits);
  }

  private static boolean has(Path file, byte[] content) throws IOException {
    return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
  }
}
