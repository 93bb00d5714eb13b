// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.cli.evaluate.PictureFiles;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.TrialImage;
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

  /** Says which of what was found is the picture that was seen, as far as its file is there. */
  List<GalleryHit> marked(GalleryQuery query, List<Neighbor> found) throws IOException {
    GalleryHit[] hits = new GalleryHit[found.size()];
    for (int i = 0; i < hits.length; i++) {
      Optional<Path> file = query.isSeen() ? file(found.get(i)) : Optional.empty();
      hits[i] =
          new GalleryHit(
              found.get(i),
              file.isEmpty() ? GalleryHit.Seen.UNKNOWN : compare(file.get(), query.image()));
    }
    return List.of(hits);
  }

  /** JPEGs are copied byte by byte; of raw pixels there may be two different PNGs. */
  private static GalleryHit.Seen compare(Path file, TrialImage seen) throws IOException {
    if (seen instanceof EncodedImage encoded && encoded.format() == EncodedImage.Format.JPG) {
      return seen(Arrays.equals(Files.readAllBytes(file), encoded.bytes()));
    }
    float[] levels;
    try {
      EncodedImage there = PictureFiles.read(file);
      if (there.width() != seen.width() || there.height() != seen.height()) {
        return GalleryHit.Seen.NO;
      }
      levels = PictureFiles.planes(file, there);
    } catch (MindEyeException e) {
      return GalleryHit.Seen.UNKNOWN; // a page shows that it is damaged
    }
    return seen(Arrays.equals(levels, seen.toFloats()));
  }

  private static GalleryHit.Seen seen(boolean same) {
    return same ? GalleryHit.Seen.YES : GalleryHit.Seen.NO;
  }
}
