package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mindeye.core.io.StagedFile;

/** Writes what the reference implementation writes, byte for byte. */
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  /**
   * As UTF-8 sorts, which differs from Java's order of strings beyond the first 2^16 characters.
   */
  private static final Comparator<String> BY_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private record Item(String name, NDArray array, SafetensorsType type) {
    long bytes() {
      return array.size() * type.elements().bytes();
    }
  }

  private SafetensorsWriter() {}

  static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    List<Item> items =
        tensors.entrySet().stream()
            .map(e -> item(e.getKey(), e.getValue()))
            .sorted(Comparator.comparing(Item::type).reversed().thenComparing(Item::name, BY_BYTES))
            .toList();
    byte[] header = header(items, metadata).getBytes(StandardCharsets.UTF_8);
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "names and metadata take " + padded + " bytes; safetensors files hold 100 MB of them");
    }
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    start.put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    try (StagedFile staged = StagedFile.create(file)) {
      staged.write(start.flip());
      for (Item item : items) {
        TensorWindows.forEach(item.array(), staged::write);
      }
      staged.publish();
    }
  }

  private static Item item(String name, NDArray array) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be called " + name);
    }
    return new Item(name, array, SafetensorsType.of(name, array.getDataType()));
  }

  private static String header(List<Item> items, Map<String, String> metadata) {
    List<String> entries = new ArrayList<>();
    if (!metadata.isEmpty()) {
      entries.add(
          new TreeMap<>(metadata)
              .entrySet().stream()
                  .map(note -> quoted(note.getKey()) + ":" + quoted(note.getValue()))
                  .collect(
                      Collectors.joining(",", quoted(SafetensorsHeader.METADATA) + ":{", "}")));
    }
    long begin = 0;
    for (Item item : items) {
      long end = Math.addExact(begin, item.bytes());
      entries.add(
          "%s:{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  quoted(item.name()),
                  item.type(),
                  Arrays.toString(item.array().getShape().getShape()).replace(" ", ""),
                  begin,
                  end));
      begin = end;
    }
    return "{" + String.join(",", entries) + "}";
  }

  /** A JSON text as the reference implementation spells it: everything printable as it is. */
  private static String quoted(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("'" + text + "' holds half a surrogate pair");
    }
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> json.append(c < ' ' ? "\\u%04x".formatted((int) c) : Character.toString(c));
      }
    }
    return json.append('"').toString();
  }
}
