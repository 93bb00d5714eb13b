package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mindeye.core.io.StagedFile;
import org.mindeye.core.kernel.CallScope;

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

  /** A tensor to write, which may be made only then, in a manager of its own. */
  record Item(
      String name, Shape shape, SafetensorsType type, Function<NDManager, NDArray> content) {
    long bytes() {
      return Math.multiplyExact(shape.size(), (long) type.elements().bytes());
    }
  }

  private SafetensorsWriter() {}

  /** Tensors that are in memory. */
  static List<Item> items(Map<String, NDArray> tensors) {
    return tensors.entrySet().stream()
        .map(
            entry ->
                item(
                    entry.getKey(),
                    entry.getValue().getShape(),
                    entry.getValue().getDataType(),
                    owner -> entry.getValue()))
        .toList();
  }

  /** Tensors that are in another file. */
  static List<Item> items(StateDict tensors) {
    return tensors.names().stream()
        .map(tensors::info)
        .map(
            info ->
                item(
                    info.name(),
                    info.shape(),
                    info.type().tensorType(),
                    owner -> tensors.load(info.name(), owner)))
        .toList();
  }

  private static Item item(
      String name, Shape shape, DataType type, Function<NDManager, NDArray> content) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be called " + name);
    }
    return new Item(name, shape, SafetensorsType.of(name, type), content);
  }

  static void write(Path file, List<Item> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(file, "file");
    try (StagedFile staged = StagedFile.create(file)) {
      write(staged::write, tensors, metadata);
      staged.publish();
    }
  }

  static void write(TensorWindows.Sink sink, List<Item> tensors, Map<String, String> metadata)
      throws IOException {
    List<Item> items =
        tensors.stream()
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
    sink.accept(start.flip());
    for (Item item : items) {
      write(sink, item);
    }
  }

  /** What is made for writing is freed before the next tensor. */
  private static void write(TensorWindows.Sink sink, Item item) throws IOException {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      TensorWindows.forEach(item.content().apply(scope.manager()), sink);
    }
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
          String.format(
              Locale.ROOT,
              "%s:{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              quoted(item.name()),
              item.type(),
              Arrays.toString(item.shape().getShape()).replace(" ", ""),
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
