// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.PickleValue.Global;
import org.mindeye.formats.internal.pickle.PickleValue.Persistent;
import org.mindeye.formats.internal.pickle.PickleValue.Sequence;
import org.mindeye.formats.internal.pickle.PickleValue.Whole;
import org.mindeye.formats.tensor.ElementType;

/**
 * A storage as a checkpoint refers to it: {@code ("storage", class, key, device, count)}, in old
 * files followed by the part of it that is meant.
 *
 * @param kind name of the class
 * @param type its elements; null where this library has no such type
 * @param width of an element, in bytes
 * @param key names the storage in the file
 * @param count how many elements
 * @param viewOffset first element that is meant
 * @param viewCount how many are meant
 */
record TorchStorage(
    String kind,
    ElementType type,
    int width,
    String key,
    long count,
    long viewOffset,
    long viewCount) {
  private record Kind(ElementType type, int width) {}

  private static final Map<String, Kind> KINDS = kinds();

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    Map<String, ElementType> types =
        Map.of(
            "torch.FloatStorage", ElementType.FLOAT32,
            "torch.DoubleStorage", ElementType.FLOAT64,
            "torch.HalfStorage", ElementType.FLOAT16,
            "torch.BFloat16Storage", ElementType.BFLOAT16,
            "torch.LongStorage", ElementType.INT64,
            "torch.IntStorage", ElementType.INT32,
            "torch.ShortStorage", ElementType.INT16,
            "torch.CharStorage", ElementType.INT8,
            "torch.ByteStorage", ElementType.UINT8,
            "torch.BoolStorage", ElementType.BOOL);
    types.forEach((name, type) -> kinds.put(name, new Kind(type, type.bytes())));
    for (String raw :
        List.of("UntypedStorage", "storage.UntypedStorage", "storage._UntypedStorage")) {
      kinds.put("torch." + raw, new Kind(ElementType.UINT8, 1));
    }
    for (String small : List.of("QInt8", "QUInt8", "QUInt4x2", "QUInt2x4")) {
      kinds.put("torch." + small + "Storage", new Kind(null, 1));
    }
    kinds.put("torch.QInt32Storage", new Kind(null, 4));
    kinds.put("torch.ComplexFloatStorage", new Kind(null, 8));
    kinds.put("torch.ComplexDoubleStorage", new Kind(null, 16));
    return Map.copyOf(kinds);
  }

  /** Whether a name is that of a storage's class. */
  static boolean isKind(String name) {
    return KINDS.containsKey(name);
  }

  /** Understands a reference; empty if it has another form. */
  static Optional<TorchStorage> of(PickleValue reference) {
    if (!(reference instanceof Persistent persistent)
        || !(persistent.id() instanceof Sequence id)
        || id.kind() != Sequence.Kind.TUPLE
        || id.items().size() < 5
        || id.items().size() > 6) {
      return Optional.empty();
    }
    List<PickleValue> parts = id.items();
    Optional<String> word =
        PickleData.text(parts.get(0))
            .filter("storage"::equals)
            .filter(unused -> PickleData.text(parts.get(3)).isPresent());
    Optional<String> key = PickleData.text(parts.get(2));
    Optional<Long> count = PickleData.number(parts.get(4));
    if (word.isEmpty() || key.isEmpty() || count.isEmpty()) {
      return Optional.empty();
    }
    if (!(parts.get(1) instanceof Global global) || !KINDS.containsKey(global.qualified())) {
      return Optional.empty();
    }
    return view(parts).map(view -> of(global.qualified(), key.get(), count.get(), view));
  }

  private static TorchStorage of(String kind, String key, long count, long[] view) {
    Kind known = KINDS.get(kind);
    return view.length == 0
        ? new TorchStorage(kind, known.type, known.width, key, count, 0, count)
        : new TorchStorage(kind, known.type, known.width, key, count, view[0], view[1]);
  }

  /** Offset and count of {@code (key, offset, count)}; none if all of the storage is meant. */
  private static Optional<long[]> view(List<PickleValue> parts) {
    if (parts.size() == 5 || parts.get(5) == PickleValue.Nothing.NONE) {
      return Optional.of(new long[0]);
    }
    if (!(parts.get(5) instanceof Sequence view)
        || view.items().size() != 3
        || !(view.items().get(1) instanceof Whole)) {
      return Optional.empty();
    }
    return PickleData.numbers(view.items().subList(1, 3));
  }
}
