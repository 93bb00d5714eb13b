// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.mindeye.data.volume.VolumeHeader.Scaling;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/** The head of FreeSurfer's MGH files: seven big-endian integers, and much unused room. */
final class MghHeader {
  /** Numbers start here. */
  static final int BYTES = 284;

  private static final int VERSION = 1;
  private static final int LAST_OF_VERSION = 3;

  private static final Map<Integer, ElementType> TYPES =
      Map.of(
          0, ElementType.UINT8,
          1, ElementType.INT32,
          3, ElementType.FLOAT32,
          4, ElementType.INT16,
          10, ElementType.UINT16);

  private MghHeader() {}

  /**
   * Whether a file that begins so is to be read as MGH, sound or not. From FreeSurfer 8 on, the two
   * bytes in the middle of the version say what the numbers are for.
   */
  static boolean announces(byte[] head) {
    return head.length >= 4 && head[0] == 0 && head[LAST_OF_VERSION] == VERSION;
  }

  static VolumeHeader read(String source, byte[] head) {
    if (head.length < BYTES) {
      throw new MalformedFileException(
          source, "a header of " + BYTES + " bytes", head.length + " (truncated?)");
    }
    ByteBuffer bytes = ByteBuffer.wrap(head);
    ElementType type = TYPES.get(bytes.getInt(20));
    if (type == null) {
      throw new MalformedFileException(
          source,
          "numbers of a type of uint8, int16, uint16, int32 or float32",
          "MGH's type " + bytes.getInt(20));
    }
    int frames = bytes.getInt(16);
    VolumeGrid grid =
        VolumeHeader.grid(source, bytes.getInt(4), bytes.getInt(8), bytes.getInt(12), frames);
    return new VolumeHeader(grid, frames, type, ByteOrder.BIG_ENDIAN, Scaling.NONE, BYTES);
  }
}
