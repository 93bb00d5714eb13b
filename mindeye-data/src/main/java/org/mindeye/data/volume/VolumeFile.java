// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/**
 * A brain image in a file: NIfTI-1 ({@code .nii}, {@code .nii.gz}) or FreeSurfer's MGH ({@code
 * .mgh}, {@code .mgz}), known by its content, in either byte order. One or more frames of voxels;
 * values are the stored numbers after the file's own scaling ({@code scl_slope}, {@code
 * scl_inter}).
 *
 * <p>The header is read when it is opened. Numbers are read from first to last each time they are
 * asked for, so that a compressed file of any length passes through little memory; the file is open
 * only meanwhile. Immutable, safe for concurrent use.
 */
public final class VolumeFile {
  /** Compression makes a thousandth of zeros at best. */
  private static final long BEST_RATIO = 1100;

  private static final String SMALLER = "take fewer voxels, or a smaller region";

  private final Path file;
  private final VolumeHeader header;

  private VolumeFile(Path file, VolumeHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Reads a header.
   *
   * @param file the image
   * @return the image, of which no number is read yet
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no such image, if the header contradicts itself, or if
   *     the file is too short for it
   */
  public static VolumeFile open(Path file) throws IOException {
    String source = file.toString();
    String expected = "a brain image in NIfTI-1 or MGH format, compressed or not";
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(source, expected, FileKind.describe(file));
    }
    try (VolumeStream stream = VolumeStream.open(file)) {
      byte[] head = stream.head();
      VolumeHeader header;
      if (NiftiHeader.announces(head)) {
        header = NiftiHeader.read(source, head);
      } else if (MghHeader.announces(head)) {
        header = MghHeader.read(source, head);
      } else {
        throw new MalformedFileException(source, expected, FileKind.describe(file));
      }
      requireLength(source, header, Files.size(file), stream.compressed());
      return new VolumeFile(file, header);
    }
  }

  private static void requireLength(
      String source, VolumeHeader header, long bytes, boolean compressed) {
    boolean overflow = Math.multiplyHigh(header.frameBytes(), header.frames()) != 0;
    long room = compressed ? bytes * BEST_RATIO : bytes;
    if (overflow || header.end() < 0 || header.end() > room) {
      throw new MalformedFileException(
          source,
          (overflow ? "a length that a file can have" : Plural.of(header.end(), "byte"))
              + " for "
              + Plural.of(header.frames(), "frame")
              + " of "
              + header.grid(),
          Plural.of(bytes, "byte") + (compressed ? ", compressed" : "") + " (truncated?)");
    }
  }

  /**
   * Names the file in messages.
   *
   * @return the path it was opened with
   */
  public String source() {
    return file.toString();
  }

  /**
   * The voxels of a frame.
   *
   * @return the three axes
   */
  public VolumeGrid grid() {
    return header.grid();
  }

  /**
   * How many frames there are: trials, or points in time.
   *
   * @return at least 1
   */
  public int frames() {
    return header.frames();
  }

  /**
   * The type of the numbers in the file.
   *
   * @return the type, before scaling
   */
  public ElementType type() {
    return header.type();
  }

  /**
   * Whether the file scales its numbers: values are not the numbers themselves.
   *
   * @return true if it has a slope other than 1 or an intercept other than 0
   */
  public boolean isScaled() {
    return !header.scaling().equals(VolumeHeader.Scaling.NONE);
  }

  /**
   * Reads all numbers as they are stored, without scaling.
   *
   * @return {@code [frames, depth, height, width]}
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is damaged, or takes more than 2 GiB
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   */
  public HeapArray numbers() throws IOException {
    long bytes = header.frameBytes() * header.frames();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(
          source(), "at most 2 GiB of numbers", Plural.of(bytes, "byte"));
    }
    byte[] content = HeapBudget.ofThisProcess().allocate(source(), (int) bytes, SMALLER);
    try (VolumeStream stream = VolumeStream.open(file)) {
      stream.skipTo(header.offset());
      stream.fill(ByteBuffer.wrap(content));
      stream.finish();
    }
    littleEndian(content);
    VolumeGrid grid = grid();
    return HeapArray.of(
        type(), new TensorShape(frames(), grid.depth(), grid.height(), grid.width()), content);
  }

  private void littleEndian(byte[] content) {
    int width = type().bytes();
    if (width > 1 && header.order() == ByteOrder.BIG_ENDIAN) {
      for (int at = 0; at < content.length; at += width) {
        for (int low = at, high = at + width - 1; low < high; low++, high--) {
          byte swapped = content[low];
          content[low] = content[high];
          content[high] = swapped;
        }
      }
    }
  }

  /**
   * Reads the values of an image of one frame.
   *
   * @return {@code [voxels]}, x fastest, after scaling
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is damaged, or has several frames
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   */
  public double[] values() throws IOException {
    if (frames() != 1) {
      throw new MalformedFileException(
          source(), "one frame of voxels", Plural.of(frames(), "frame") + ": a series of images");
    }
    int[] all = IntStream.range(0, grid().voxels()).toArray();
    double[] values = new double[all.length];
    select(all, (frame, voxel, value) -> values[voxel] = value);
    return values;
  }

  /**
   * Reads the values of some voxels in all frames, in one pass through the file.
   *
   * @param voxels their numbers, in any order, without repetition
   * @return {@code [frames, voxels]}, after scaling, rounded to float32
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is damaged
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   * @throws IndexOutOfBoundsException if a voxel is not on the grid
   */
  public float[][] read(int[] voxels) throws IOException {
    HeapBudget.ofThisProcess()
        .require(source(), (long) Float.BYTES * frames() * voxels.length, SMALLER);
    float[][] values = new float[frames()][];
    select(
        voxels,
        (frame, voxel, value) -> {
          if (values[frame] == null) {
            values[frame] = new float[voxels.length]; // as far as the file really goes
          }
          values[frame][voxel] = (float) value;
        });
    if (voxels.length == 0) {
      Arrays.setAll(values, frame -> new float[0]);
    }
    return values;
  }

  /** Gets a value, and where it belongs. */
  @FunctionalInterface
  private interface Sink {
    void put(int frame, int voxel, double value);
  }

  private void select(int[] voxels, Sink sink) throws IOException {
    Integer[] ascending = IntStream.range(0, voxels.length).boxed().toArray(Integer[]::new);
    Arrays.sort(ascending, Comparator.comparingInt(i -> voxels[i]));
    for (int voxel : voxels) {
      if (voxel < 0 || voxel >= grid().voxels()) {
        throw new IndexOutOfBoundsException(
            source() + ": voxel " + voxel + " is not on a grid of " + grid());
      }
    }
    int width = type().bytes();
    ByteBuffer number = ByteBuffer.allocate(width).order(header.order());
    try (VolumeStream stream = VolumeStream.open(file)) {
      for (int frame = 0; frame < frames(); frame++) {
        long start = header.offset() + frame * header.frameBytes();
        for (int i : ascending) {
          stream.skipTo(start + (long) voxels[i] * width);
          stream.fill(number.clear());
          sink.put(frame, i, header.scaling().value(number(number.flip())));
        }
      }
      stream.skipTo(header.end());
      stream.finish();
    }
  }

  private double number(ByteBuffer bytes) {
    return switch (type()) {
      case UINT8 -> Byte.toUnsignedInt(bytes.get());
      case INT8 -> bytes.get();
      case INT16 -> bytes.getShort();
      case UINT16 -> Short.toUnsignedInt(bytes.getShort());
      case INT32 -> bytes.getInt();
      case INT64 -> bytes.getLong();
      case FLOAT32 -> bytes.getFloat();
      default -> bytes.getDouble();
    };
  }

  @Override
  public String toString() {
    return source() + ": " + Plural.of(frames(), "frame") + " of " + grid() + ", " + type();
  }
}
