// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.mindeye.data.volume.VolumeHeader.Scaling;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/** The 348 bytes at the beginning of a NIfTI-1 file, in either byte order. */
final class NiftiHeader {
  static final int BYTES = 348;

  /** Header and the four bytes that announce extensions: numbers start here or behind. */
  private static final int FIRST_OFFSET = 352;

  /** Axes of a grid. */
  private static final int SPACE = 3;

  private static final int NIFTI_2 = 540;
  private static final int DIM = 40;
  private static final int DATATYPE = 70;
  private static final int BITPIX = 72;
  private static final int VOX_OFFSET = 108;
  private static final int SLOPE = 112;
  private static final int INTERCEPT = 116;
  private static final int MAGIC = 344;

  private static final Map<Integer, ElementType> TYPES =
      Map.of(
          2, ElementType.UINT8,
          4, ElementType.INT16,
          8, ElementType.INT32,
          16, ElementType.FLOAT32,
          64, ElementType.FLOAT64,
          256, ElementType.INT8,
          512, ElementType.UINT16,
          1024, ElementType.INT64);

  private final String source;
  private final ByteBuffer bytes;

  private NiftiHeader(String source, ByteBuffer bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  /** Whether a file that begins so is to be read as NIfTI, sound or not. */
  static boolean announces(byte[] head) {
    ByteBuffer bytes = ByteBuffer.wrap(head);
    boolean magic = head.length >= BYTES && (text(head).equals("n+1") || text(head).equals("ni1"));
    return magic
        || head.length >= 4
            && Arrays.asList(
                    BYTES, NIFTI_2, Integer.reverseBytes(BYTES), Integer.reverseBytes(NIFTI_2))
                .contains(bytes.getInt(0));
  }

  private static String text(byte[] head) {
    return new String(head, MAGIC, 3, StandardCharsets.ISO_8859_1);
  }

  static VolumeHeader read(String source, byte[] head) {
    if (head.length < BYTES) {
      throw new MalformedFileException(
          source, "a header of " + BYTES + " bytes", head.length + " (truncated?)");
    }
    ByteBuffer bytes = ByteBuffer.wrap(head);
    int size = bytes.getInt(0);
    int swapped = Integer.reverseBytes(size);
    if (size == NIFTI_2 || swapped == NIFTI_2) {
      throw new MalformedFileException(
          source,
          "a NIfTI-1 file, whose header size is 348",
          "540, that of NIfTI-2; save it as NIfTI-1 (nibabel.Nifti1Image.from_image)");
    }
    if (size != BYTES && swapped != BYTES) {
      throw new MalformedFileException(
          source, "a header size of 348 in either byte order", size + " or " + swapped);
    }
    bytes.order(size == BYTES ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return new NiftiHeader(source, bytes).read(text(head));
  }

  private VolumeHeader read(String magic) {
    if (!magic.equals("n+1")) {
      throw new MalformedFileException(
          source,
          "one file with header and numbers (magic n+1)",
          magic.equals("ni1")
              ? "a header whose numbers are in a second file; save both as one .nii"
              : "another magic");
    }
    int axes = bytes.getShort(DIM);
    if (axes < 1 || axes > 7) {
      throw new MalformedFileException(
          source, "1 to 7 axes", axes + ": damaged, or fields in another byte order than the size");
    }
    int[] lengths = new int[7];
    Arrays.fill(lengths, 1);
    for (int axis = 0; axis < axes; axis++) {
      lengths[axis] = bytes.getShort(DIM + 2 + 2 * axis);
    }
    int frames = frames(lengths);
    VolumeGrid grid = VolumeHeader.grid(source, lengths[0], lengths[1], lengths[2], frames);
    return new VolumeHeader(grid, frames, type(), bytes.order(), scaling(), offset());
  }

  /** Along time, or along a later axis, where AFNI puts its bricks; not along two of them. */
  private int frames(int[] lengths) {
    int frames = 1;
    for (int axis = SPACE; axis < lengths.length; axis++) {
      if (lengths[axis] != 1 && frames != 1) {
        throw new MalformedFileException(
            source, "x, y, z and one more axis, of frames", Arrays.toString(lengths));
      }
      frames = lengths[axis] == 1 ? frames : lengths[axis];
    }
    return frames;
  }

  private ElementType type() {
    int code = bytes.getShort(DATATYPE);
    int bits = bytes.getShort(BITPIX);
    ElementType type = TYPES.get(code);
    if (type == null) {
      throw new MalformedFileException(
          source,
          "numbers of a type of uint8, int8, int16, uint16, int32, int64, float32 or float64",
          "NIfTI's type " + code);
    }
    if (bits != 8 * type.bytes()) {
      throw new MalformedFileException(
          source, 8 * type.bytes() + " bits for each " + type, String.valueOf(bits));
    }
    return type;
  }

  /** A slope of 0 means that there is none, and so does one that is no number. */
  private Scaling scaling() {
    float slope = bytes.getFloat(SLOPE);
    float intercept = bytes.getFloat(INTERCEPT);
    if (slope == 0 || !Float.isFinite(slope)) {
      return Scaling.NONE;
    }
    if (!Float.isFinite(intercept)) {
      throw new MalformedFileException(
          source, "a finite scl_inter beside the scl_slope " + slope, String.valueOf(intercept));
    }
    return new Scaling(slope, intercept);
  }

  private long offset() {
    float offset = bytes.getFloat(VOX_OFFSET);
    if (!(offset >= FIRST_OFFSET && offset < 1L << 31) || offset != Math.rint(offset)) {
      throw new MalformedFileException(
          source, "numbers that start at byte 352 or behind (vox_offset)", String.valueOf(offset));
    }
    return (long) offset;
  }
}
