// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.retrieval.web.Fetcher;

/**
 * Where the pictures of neighbours are. Asked from several threads at once.
 *
 * <p>A picture's header is looked at before it is decoded, so that a small file that would become
 * gigabytes of pixels is refused.
 */
@FunctionalInterface
public interface NeighborPictures {
  /**
   * The picture of a neighbour.
   *
   * @param neighbor with the metadata of its gallery
   * @return the picture, not yet decoded
   * @throws IOException if it cannot be read or fetched
   * @throws org.mindeye.MindEyeException if it is no JPEG or PNG, too large, or the metadata does
   *     not say where it is
   */
  EncodedImage read(Neighbor neighbor) throws IOException;

  /**
   * Pictures in a folder.
   *
   * @param folder of all of them
   * @param column of the metadata with their paths in it, {@code picture} for a gallery that the
   *     command built
   * @param limits the largest size accepted
   * @return reads them; refuses paths that lead out of the folder
   */
  static NeighborPictures inFolder(Path folder, String column, ImageLimits limits) {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(limits, "limits");
    Path root = folder.toAbsolutePath().normalize();
    return neighbor -> {
      SampleOrigin origin = origin(neighbor);
      Path file = root.resolve(Place.of(neighbor, column, origin)).normalize();
      if (!file.startsWith(root)) {
        throw origin.malformed(column, "a path inside " + root, file.toString());
      }
      return EncodedImage.of(origin, Files.readAllBytes(file), limits);
    };
  }

  /**
   * Pictures on the web.
   *
   * @param fetcher its limits hold for each
   * @param column of the metadata with their addresses, {@code url} for a clip-retrieval server
   * @param limits the largest size accepted, in pixels
   * @return fetches them
   */
  static NeighborPictures fetched(Fetcher fetcher, String column, ImageLimits limits) {
    Objects.requireNonNull(fetcher, "fetcher");
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(limits, "limits");
    return neighbor -> {
      SampleOrigin origin = origin(neighbor);
      return EncodedImage.of(origin, fetcher.fetch(Place.of(neighbor, column, origin)), limits);
    };
  }

  private static SampleOrigin origin(Neighbor neighbor) {
    return new SampleOrigin("gallery", Long.toString(neighbor.id()));
  }
}
