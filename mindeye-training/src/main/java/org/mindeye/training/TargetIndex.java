// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Which image each row of a {@link TargetCache} is of. An entry has {@value #BYTES} bytes,
 * little-endian: the image's number, the SHA-256 of the picture, the CRC-32C of the row, and the
 * CRC-32C of the sum of {@code cache.json}, the row's number and all of that. A row counts when its
 * entry is there.
 */
final class TargetIndex {
  static final int BYTES = 48;
  private static final int SUMMED = BYTES - Integer.BYTES;
  private static final int DIGEST = 32;

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Long, Integer> rows = new HashMap<>();

  /**
   * A row.
   *
   * @param image its number
   * @param picture SHA-256 of what was encoded, in hexadecimal digits
   * @param sum CRC-32C of the row's bytes
   */
  record Entry(long image, String picture, int sum) {}

  /**
   * Reads an index.
   *
   * @param file may be missing: then no row counts
   * @param cache the sum of {@code cache.json}
   * @throws MalformedFileException if a single byte of it was changed
   */
  static TargetIndex read(Path file, String cache) throws IOException {
    TargetIndex index = new TargetIndex();
    if (Files.exists(file)) {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int count = written(all.array());
      for (int row = 0; row < count; row++) {
        index.add(file, row, all.slice(row * BYTES, BYTES).order(ByteOrder.LITTLE_ENDIAN), cache);
      }
    }
    return index;
  }

  /** A killed process leaves part of an entry at the end, and a power cut zeros. */
  private static int written(byte[] all) {
    int count = all.length / BYTES;
    while (count > 0 && isZero(all, count - 1)) {
      count--;
    }
    return count;
  }

  private static boolean isZero(byte[] all, int entry) {
    for (int i = entry * BYTES; i < (entry + 1) * BYTES; i++) {
      if (all[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void add(Path file, int row, ByteBuffer bytes, String cache) {
    byte[] content = new byte[SUMMED];
    bytes.get(content);
    Entry entry = decode(content);
    if (bytes.getInt() != sum(content, row, cache) || rows.put(entry.image, row) != null) {
      throw new MalformedFileException(
          file + ": entry " + row,
          "what was written",
          "other bytes (damaged or edited, or of another cache); " + TargetCache.remedy(file));
    }
    entries.add(entry);
  }

  private static Entry decode(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    long image = bytes.getLong();
    byte[] digest = new byte[DIGEST];
    bytes.get(digest);
    return new Entry(image, HexFormat.of().formatHex(digest), bytes.getInt());
  }

  private static int sum(byte[] content, long row, String cache) {
    CRC32C sum = new CRC32C();
    sum.update(cache.getBytes(StandardCharsets.US_ASCII));
    sum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, row));
    sum.update(content);
    return (int) sum.getValue();
  }

  /**
   * The bytes of more entries.
   *
   * @param entries in the order of their rows
   * @param first the number of the first row
   * @param cache the sum of {@code cache.json}
   */
  static ByteBuffer bytes(List<Entry> entries, long first, String cache) {
    ByteBuffer all = ByteBuffer.allocate(entries.size() * BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      byte[] content = new byte[SUMMED];
      ByteBuffer.wrap(content)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(entry.image)
          .put(HexFormat.of().parseHex(entry.picture))
          .putInt(entry.sum);
      all.put(content).putInt(sum(content, first + i, cache));
    }
    return all.flip();
  }

  /** What distinguishes a picture from another one of the same number. */
  static String picture(TrialImage image) {
    MessageDigest digest = Sha256.create();
    digest.update(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .putInt(image.height())
            .putInt(image.width())
            .array());
    digest.update(image.content());
    return Sha256.hex(digest);
  }

  /** How many rows count. */
  int size() {
    return entries.size();
  }

  Entry entry(int row) {
    return entries.get(row);
  }

  /** The row of an image, if there is one. */
  OptionalInt row(long image) {
    Integer row = rows.get(image);
    return row == null ? OptionalInt.empty() : OptionalInt.of(row);
  }
}
