// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads event files by the description of their format; shares nothing with the writer. Anything
 * that is not as described fails.
 */
public final class EventFile {
  private EventFile() {}

  /** What a record says; what it does not say is 0 or missing. */
  public record Event(
      double wallTime,
      long step,
      Optional<String> version,
      Optional<Long> session,
      String tag,
      Optional<Float> value,
      Optional<Image> image) {}

  /** A picture. */
  public record Image(long height, long width, long colorspace, byte[] png) {}

  /** All events of a file. */
  public static List<Event> events(Path file) throws IOException {
    return records(Files.readAllBytes(file)).stream().map(EventFile::event).toList();
  }

  /** The data of all records, both checksums verified. */
  static List<byte[]> records(byte[] file) {
    List<byte[]> records = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int at = in.position();
      long length = in.getLong();
      assertThat(unmask(in.getInt())).as("checksum of the length").isEqualTo(crc(file, at, 8));
      byte[] data = new byte[Math.toIntExact(length)];
      in.get(data);
      int checksum = unmask(in.getInt());
      assertThat(checksum).as("checksum of the data").isEqualTo(crc(data, 0, data.length));
      records.add(data);
    }
    return records;
  }

  /** Bit by bit, with the reversed polynomial of Castagnoli. */
  static int crc(byte[] data, int from, int length) {
    int crc = -1;
    for (int i = from; i < from + length; i++) {
      crc ^= data[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  private static int unmask(int masked) {
    int rotated = masked - 0xa282ead8;
    return rotated >>> 17 | rotated << 15;
  }

  private static Event event(byte[] data) {
    TreeMap<Integer, Object> event = message(data, 1, 2, 3, 5, 7);
    TreeMap<Integer, Object> value = inner(inner(event, 5, 1), 1, 1, 2, 4);
    TreeMap<Integer, Object> image = inner(value, 4, 1, 2, 3, 4);
    return new Event(
        Double.longBitsToDouble((Long) event.getOrDefault(1, 0L)),
        (Long) event.getOrDefault(2, 0L),
        Optional.ofNullable(event.get(3)).map(EventFile::text),
        Optional.ofNullable((Long) inner(event, 7, 1).get(1)),
        text(value.getOrDefault(1, new byte[0])),
        Optional.ofNullable((Integer) value.get(2)).map(Float::intBitsToFloat),
        image.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Image(
                    (Long) image.get(1),
                    (Long) image.get(2),
                    (Long) image.get(3),
                    (byte[]) image.get(4))));
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  private static TreeMap<Integer, Object> inner(
      TreeMap<Integer, Object> outer, int field, Integer... known) {
    return message((byte[]) outer.getOrDefault(field, new byte[0]), known);
  }

  /** Fields by number: Long, Integer or byte[]; each at most once, and none that is not known. */
  private static TreeMap<Integer, Object> message(byte[] data, Integer... known) {
    TreeMap<Integer, Object> fields = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value =
          switch ((int) key & 7) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] bytes = new byte[Math.toIntExact(varint(in))];
              in.get(bytes);
              yield bytes;
            }
            case 5 -> in.getInt();
            default -> throw new AssertionError("wire type of key " + key);
          };
      assertThat(fields.put((int) (key >>> 3), value)).isNull();
    }
    Collection<Integer> expected = Arrays.asList(known);
    assertThat(expected).containsAll(fields.keySet());
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
