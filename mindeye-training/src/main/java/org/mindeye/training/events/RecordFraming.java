// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How TensorFlow puts records into a file: the length in 8 bytes, the length's checksum in 4, the
 * data, the data's checksum in 4; everything little-endian.
 */
final class RecordFraming {
  private static final int OVERHEAD = Long.BYTES + 2 * Integer.BYTES;
  private static final int MASK_ADDEND = 0xa282ead8;

  private RecordFraming() {}

  static byte[] frame(byte[] data) {
    byte[] record = new byte[Math.addExact(data.length, OVERHEAD)];
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(data.length)
        .putInt(maskedChecksum(record, 0, Long.BYTES))
        .put(data)
        .putInt(maskedChecksum(data, 0, data.length));
    return record;
  }

  /**
   * CRC32C, rotated and shifted: a checksum of data that contains checksums would be weak
   * otherwise.
   */
  static int maskedChecksum(byte[] data, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(data, from, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_ADDEND;
  }
}
