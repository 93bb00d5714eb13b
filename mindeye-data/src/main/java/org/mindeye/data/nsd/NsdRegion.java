// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VoxelOrder;

/**
 * A region of interest by the name of its file.
 *
 * @param name of the file without its ending, such as {@code nsdgeneral} or {@code streams}
 * @param labels of the regions to take; empty for a file of one region, whose label is 1
 * @param order of the voxels in responses; those of a surface are in the order of their numbers
 */
public record NsdRegion(String name, Set<Integer> labels, VoxelOrder order) {
  /** Checks that name and order are there. */
  public NsdRegion {
    Objects.requireNonNull(order, "order");
    labels = Set.copyOf(labels);
    if (!name.matches("[\\w.-]+")) {
      throw new IllegalArgumentException("a region is the name of a file but was '" + name + "'");
    }
  }

  /**
   * The region of published models, with its voxels in their order.
   *
   * @return {@code nsdgeneral}
   */
  public static NsdRegion paper() {
    return new NsdRegion("nsdgeneral", Set.of(), VoxelOrder.LAST_AXIS_FASTEST);
  }

  /**
   * Reads the region.
   *
   * @param files one, or one for each hemisphere, as {@link NsdFolder#region} names them
   * @return its voxels
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if one is damaged, or has no such
   *     region
   */
  public RoiMask read(List<Path> files) throws IOException {
    if (files.size() == 2) {
      return RoiMask.readHemispheres(files.get(0), files.get(1), labels);
    }
    Path file = files.get(0);
    return labels.isEmpty() ? RoiMask.read(file, order) : RoiMask.read(file, labels, order);
  }
}
