// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The voxels of a region of interest, in the order in which they are the columns of a response.
 *
 * <p>A voxel belongs to a region if its value <em>is</em> the region's label. In the Natural Scenes
 * Dataset {@code nsdgeneral} is 1 in the region, 0 in the rest of the cortex and -1 outside: the
 * test {@code != -1} selects all of the cortex (107 104 voxels of subject 1 instead of 15 724), and
 * {@code != 0} all of the head but the cortex.
 */
public final class RoiMask {
  /** The label of a region that is alone in its file. */
  private static final int REGION = 1;

  private static final int MOST_SHOWN = 12;

  private final String source;
  private final VolumeGrid grid;
  private final int[] indices;

  /** How many voxels have each value; empty for masks that were not read. */
  private final SortedMap<Integer, Integer> counts;

  private RoiMask(
      String source, VolumeGrid grid, int[] indices, SortedMap<Integer, Integer> counts) {
    this.source = source;
    this.grid = grid;
    this.indices = indices;
    this.counts = counts;
  }

  /**
   * Reads a mask of one region, such as {@code nsdgeneral}: the voxels of value 1.
   *
   * @param file an image of one frame with the values 1, 0 and perhaps -1
   * @param order of the voxels in responses
   * @return the region
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is damaged, if it has other values, so that a label must
   *     be named, or if no voxel has the value 1
   */
  public static RoiMask read(Path file, VoxelOrder order) throws IOException {
    Objects.requireNonNull(order, "order");
    return of(Labels.read(file), Set.of(), order);
  }

  /**
   * Reads some regions of a map of several, such as {@code streams} or {@code prf-visualrois}.
   *
   * @param file an image of one frame of whole numbers
   * @param labels whose voxels are taken
   * @param order of the voxels in responses
   * @return the regions together
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is damaged, or if no voxel has one of the labels
   * @throws IllegalArgumentException if there is no label
   */
  public static RoiMask read(Path file, Set<Integer> labels, VoxelOrder order) throws IOException {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException(file + ": name at least one label");
    }
    return of(Labels.read(file), labels, order);
  }

  /**
   * Reads a region of both hemispheres of a surface, such as {@code lh.nsdgeneral.mgz} and {@code
   * rh.nsdgeneral.mgz}: the vertices of the left one come before those of the right one.
   *
   * @param left an image with a number for each vertex
   * @param right the same of the other hemisphere
   * @param labels whose vertices are taken; none for a region that is alone in its file, whose
   *     label is 1. A label need not be in both hemispheres
   * @return the region, in a line
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if one is damaged, or is no surface's; or if it has other
   *     values, or no vertex has one of the labels
   */
  public static RoiMask readHemispheres(Path left, Path right, Set<Integer> labels)
      throws IOException {
    Objects.requireNonNull(labels, "labels");
    Labels first = Labels.read(Objects.requireNonNull(left, "left")).requireSurface();
    Labels second = Labels.read(Objects.requireNonNull(right, "right")).requireSurface();
    int[] values = Arrays.copyOf(first.values, first.values.length + second.values.length);
    System.arraycopy(second.values, 0, values, first.values.length, second.values.length);
    Labels both =
        new Labels(
            first.source + " and " + second.source,
            VolumeGrid.ofHemispheres(first.values.length, second.values.length),
            values);
    return of(both, labels, VoxelOrder.FIRST_AXIS_FASTEST);
  }

  /**
   * All voxels, for images that hold one region already.
   *
   * @param grid the voxels
   * @param order of the voxels in responses
   * @return every voxel of the grid
   */
  public static RoiMask all(VolumeGrid grid, VoxelOrder order) {
    int[] ascending = IntStream.range(0, grid.voxels()).toArray();
    return new RoiMask("a grid of " + grid, grid, ordered(grid, ascending, order), new TreeMap<>());
  }

  /** No label means a region that is alone. */
  private static RoiMask of(Labels volume, Set<Integer> labels, VoxelOrder order) {
    int[] values = volume.values;
    SortedMap<Integer, Integer> counts = counts(values);
    if (labels.isEmpty() && !Set.of(-1, 0, REGION).containsAll(counts.keySet())) {
      throw new MalformedFileException(
          volume.source,
          "a mask of one region, with the values 1, 0 and perhaps -1",
          describe(counts) + ": name the labels of the regions to take");
    }
    Set<Integer> taken = labels.isEmpty() ? Set.of(REGION) : labels;
    for (int label : new TreeSet<>(taken)) {
      if (!counts.containsKey(label)) {
        throw new MalformedFileException(
            volume.source, "voxels of value " + label, describe(counts));
      }
    }
    int[] ascending =
        IntStream.range(0, values.length).filter(i -> taken.contains(values[i])).toArray();
    return new RoiMask(volume.source, volume.grid, ordered(volume.grid, ascending, order), counts);
  }

  /** The whole numbers of an image. */
  private record Labels(String source, VolumeGrid grid, int[] values) {
    static Labels read(Path file) throws IOException {
      VolumeFile volume = VolumeFile.open(file);
      return new Labels(volume.source(), volume.grid(), labels(volume));
    }

    /** Refuses what is no number for each vertex. */
    Labels requireSurface() {
      if (!grid.isLine()) {
        throw new MalformedFileException(
            source, "a number for each vertex of a surface, [vertices, 1, 1]", grid.toString());
      }
      return this;
    }
  }

  private static int[] ordered(VolumeGrid grid, int[] ascending, VoxelOrder order) {
    if (Objects.requireNonNull(order, "order") == VoxelOrder.FIRST_AXIS_FASTEST) {
      return ascending;
    }
    int width = grid.width();
    int height = grid.height();
    int depth = grid.depth();
    // The number a voxel would have if z were fastest, and back.
    return Arrays.stream(ascending)
        .map(i -> (i % width * height + i / width % height) * depth + i / width / height)
        .sorted()
        .map(i -> i / depth / height + width * (i / depth % height + height * (i % depth)))
        .toArray();
  }

  private static int[] labels(VolumeFile volume) throws IOException {
    double[] values = volume.values();
    int[] labels = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      labels[i] = (int) values[i];
      if (labels[i] != values[i]) {
        throw new MalformedFileException(
            volume.source(),
            "a mask: whole numbers",
            values[i] + " at voxel " + volume.grid().describe(i));
      }
    }
    return labels;
  }

  private static SortedMap<Integer, Integer> counts(int[] values) {
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    for (int value : values) {
      counts.merge(value, 1, Integer::sum);
    }
    return counts;
  }

  private static String describe(SortedMap<Integer, Integer> counts) {
    String shown =
        counts.entrySet().stream()
            .limit(MOST_SHOWN)
            .map(each -> each.getValue() + " of " + each.getKey())
            .collect(Collectors.joining(", "));
    return "voxels by value: " + shown + (counts.size() > MOST_SHOWN ? ", …" : "");
  }

  /**
   * The voxels of the images this mask is for.
   *
   * @return the three axes
   */
  public VolumeGrid grid() {
    return grid;
  }

  /**
   * How many voxels belong to the region.
   *
   * @return the length of a response
   */
  public int voxels() {
    return indices.length;
  }

  /**
   * The region's voxels, in the order of the columns of a response.
   *
   * @return their numbers on the grid, x fastest; a copy
   */
  public int[] indices() {
    return indices.clone();
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
   * Compares the size of the region with what is known of it.
   *
   * @param expected voxels, for example {@code Subject.SUBJ01.voxels()}
   * @return this mask
   * @throws MindEyeException if there are more or fewer; says how many voxels have which value
   */
  public RoiMask requireVoxels(int expected) {
    if (voxels() != expected) {
      throw new MindEyeException(
          source
              + ": expected "
              + Plural.of(expected, "voxel")
              + " in the region but found "
              + voxels()
              + (counts.isEmpty() ? "" : " (" + describe(counts) + ")")
              + "; is it the mask of another subject, region or resolution?");
    }
    return this;
  }

  /**
   * Compares the grid with that of other images.
   *
   * @param other their grid
   * @param name whose it is, for the message
   * @return this mask
   * @throws MindEyeException if they differ
   */
  public RoiMask requireGrid(VolumeGrid other, String name) {
    if (!grid.equals(other)) {
      String turned =
          grid.width() == other.depth()
                  && grid.height() == other.height()
                  && grid.depth() == other.width()
              ? ": its axes are swapped, x for z"
              : ": of another subject or resolution?";
      throw new MindEyeException(
          name
              + ": expected a grid of "
              + grid
              + ", as the mask "
              + source
              + " has, but found "
              + other
              + turned);
    }
    return this;
  }

  @Override
  public String toString() {
    return source + ": " + Plural.of(voxels(), "voxel") + " of " + grid;
  }
}
