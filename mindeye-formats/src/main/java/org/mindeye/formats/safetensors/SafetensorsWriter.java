// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.TensorContent;

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

  private SafetensorsWriter() {}

  static void write(Path file, List<SafetensorsItem> tensors, Map<String, String> metadata)
      throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      write(staged::write, tensors, metadata);
      staged.publish();
    }
  }

  static void write(
      TensorContent.Sink sink, List<SafetensorsItem> tensors, Map<String, String> metadata)
      throws IOException {
    List<SafetensorsItem> items =
        tensors.stream()
            .sorted(
                Comparator.comparing(SafetensorsWriter::type)
                    .reversed()
                    .thenComparing(item -> item.info().name(), BY_BYTES))
            .toList();
    refuseRepeated(items);
    byte[] header = header(items, metadata).getBytes(StandardCharsets.UTF_8);
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "names and metadata take "
              + Plural.of(padded, "byte")
              + "; safetensors files hold 100 MB of them");
    }
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    start.put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    sink.accept(start.flip());
    for (SafetensorsItem item : items) {
      write(sink, item);
    }
  }

  private static void refuseRepeated(List<SafetensorsItem> items) {
    Set<String> names = new HashSet<>();
    for (SafetensorsItem item : items) {
      if (!names.add(item.info().name())) {
        throw new IllegalArgumentException("two tensors are called '" + item.info().name() + "'");
      }
    }
  }

  private static void write(TensorContent.Sink sink, SafetensorsItem item) throws IOException {
    long expected = item.info().bytes();
    long[] written = {0};
    item.content()
        .writeTo(
            window -> {
              written[0] += window.remaining();
              if (written[0] <= expected) {
                sink.accept(window);
              }
            });
    if (written[0] != expected) {
      throw new IllegalStateException(
          "tensor '"
              + item.info().name()
              + "': expected "
              + Plural.of(expected, "byte")
              + " from its content but was given "
              + written[0]);
    }
  }

  private static SafetensorsType type(SafetensorsItem item) {
    return SafetensorsType.of(item.info().type());
  }

  private static String header(List<SafetensorsItem> items, Map<String, String> metadata) {
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
    for (SafetensorsItem item : items) {
      long end = Math.addExact(begin, item.info().bytes());
      entries.add(
          String.format(
              Locale.ROOT,
              "%s:{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              quoted(item.info().name()),
              type(item),
              Arrays.toString(item.info().shape().axes()).replace(" ", ""),
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
        default ->
            json.append(
                c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : Character.toString(c));
      }
    }
    return json.append('"').toString();
  }
}
