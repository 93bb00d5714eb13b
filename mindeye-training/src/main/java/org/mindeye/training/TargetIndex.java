// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Which image each row of a {@link TargetCache} is of. An entry has {@value #BYTES} bytes,
 * little-endian: the image's number, the SHA-256 of the picture, the CRC-32C of the row, and the
 * CRC-32C of the sum of {@code cache.json}, the row's number and all of that. A row counts when its
 * entry is there. In memory an image takes its entry and 8 to 16 bytes.
 */
final class TargetIndex {
  static final int BYTES = 48;

  /** Entries that are written at once, at most. */
  static final int TOGETHER = CachedTargets.BATCH;

  private static final int SUMMED = BYTES - Integer.BYTES;
  private static final int DIGEST = 32;

  /** As in the file. */
  private final ByteBuffer entries;

  private final int size;

  /** One more than a row, at or behind the place of its image; 0 where there is none. */
  private final int[] places;

  /**
   * A row.
   *
   * @param image its number
   * @param picture SHA-256 of what was encoded, in hexadecimal digits
   * @param sum CRC-32C of the row's bytes
   */
  record Entry(long image, String picture, int sum) {}

  private TargetIndex(byte[] file, int size) {
    entries = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.size = size;
    places = new int[Math.max(2, Integer.highestOneBit(Math.max(1, size)) * 4)];
  }

  /**
   * Reads an index. A killed process leaves part of an entry at the end, and a power cut anything
   * of those that were last written together: from the first of them that is damaged on they do not
   * count.
   *
   * @param file may be missing: then no row counts
   * @param cache the sum of {@code cache.json}
   * @throws MalformedFileException if a byte of an earlier entry was changed
   */
  static TargetIndex read(Path file, String cache) throws IOException {
    byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    int there = all.length / BYTES;
    int intact = 0;
    while (intact < there && isIntact(all, intact, cache)) {
      intact++;
    }
    if (there - intact > TOGETHER) {
      throw malformed(file, intact);
    }
    TargetIndex index = new TargetIndex(all, intact);
    for (int row = 0; row < intact; row++) {
      int place = index.place(index.image(row));
      if (index.places[place] != 0) {
        throw malformed(file, row);
      }
      index.places[place] = row + 1;
    }
    return index;
  }

  private static boolean isIntact(byte[] all, int row, String cache) {
    ByteBuffer entry = ByteBuffer.wrap(all, row * BYTES, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] content = new byte[SUMMED];
    entry.get(content);
    return entry.getInt() == sum(content, row, cache);
  }

  private static MalformedFileException malformed(Path file, int row) {
    return new MalformedFileException(
        file + ": entry " + row,
        "what was written",
        "other bytes (damaged or edited, or of another cache); " + TargetCache.remedy(file));
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
    return size;
  }

  private long image(int row) {
    return entries.getLong(row * BYTES);
  }

  Entry entry(int row) {
    byte[] digest = new byte[DIGEST];
    entries.get(row * BYTES + Long.BYTES, digest);
    return new Entry(
        image(row),
        HexFormat.of().formatHex(digest),
        entries.getInt(row * BYTES + Long.BYTES + DIGEST));
  }

  /** The row of an image, if there is one. */
  OptionalInt row(long image) {
    int row = places[place(image)] - 1;
    return row < 0 ? OptionalInt.empty() : OptionalInt.of(row);
  }

  /** Where the row of an image is noted, or would be. */
  private int place(long image) {
    int last = places.length - 1;
    int place = spread(image) & last;
    while (places[place] != 0 && image(places[place] - 1) != image) {
      place = (place + 1) & last;
    }
    return place;
  }

  /** Numbers that follow each other, or have a common factor, go to different places. */
  private static int spread(long image) {
    long mixed = image * 0x9E3779B97F4A7C15L; // Knuth: The Art of Computer Programming, 6.4
    return (int) (mixed >>> 32);
  }
}
