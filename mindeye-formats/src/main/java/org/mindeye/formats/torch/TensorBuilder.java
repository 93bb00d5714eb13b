// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.internal.StridedLayout;
import org.mindeye.formats.internal.pickle.Describe;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.PickleValue.Call;
import org.mindeye.formats.internal.pickle.PickleValue.Global;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.torch.TorchArchive.Extent;

/**
 * Tensors from the arguments of torch's {@code _rebuild_tensor} functions: storage, offset, sizes,
 * strides. What points outside its storage is refused; what has an unknown form is not read.
 */
final class TensorBuilder {
  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("torch.float32", ElementType.FLOAT32),
          Map.entry("torch.float64", ElementType.FLOAT64),
          Map.entry("torch.float16", ElementType.FLOAT16),
          Map.entry("torch.bfloat16", ElementType.BFLOAT16),
          Map.entry("torch.int64", ElementType.INT64),
          Map.entry("torch.int32", ElementType.INT32),
          Map.entry("torch.int16", ElementType.INT16),
          Map.entry("torch.int8", ElementType.INT8),
          Map.entry("torch.uint8", ElementType.UINT8),
          Map.entry("torch.uint16", ElementType.UINT16),
          Map.entry("torch.bool", ElementType.BOOL));

  private final TorchArchive archive;
  private final String file;
  private final Set<PickleValue> understood;

  /**
   * Builds the tensors of a file.
   *
   * @param file names it in messages
   * @param archive its storages
   * @param understood gets the calls among the arguments that are read as data
   */
  TensorBuilder(String file, TorchArchive archive, Set<PickleValue> understood) {
    this.file = file;
    this.archive = archive;
    this.understood = understood;
  }

  /** Whether a function makes tensors. */
  static boolean builds(String function) {
    return switch (function) {
      case "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3" ->
          true;
      default -> false;
    };
  }

  /** Whether a name is that of an element type. */
  static boolean isType(String name) {
    return TYPES.containsKey(name);
  }

  /** The tensor, or why it is not read. */
  CheckpointNode build(String function, Call call, TreePath path) {
    Optional<List<PickleValue>> arguments = PickleData.tuple(call.arguments());
    int least = function.endsWith("v3") ? 7 : function.endsWith("v2") ? 6 : 4;
    int most = least == 4 ? 4 : least + 1;
    if (arguments.isEmpty() || arguments.get().size() < least || arguments.get().size() > most) {
      return new CheckpointNode.Opaque(function, "called with arguments of another form");
    }
    List<PickleValue> parts = arguments.get();
    Optional<TorchStorage> storage = TorchStorage.of(parts.get(0));
    if (storage.isEmpty()) {
      return new CheckpointNode.Opaque(function, "on " + Describe.kind(parts.get(0)));
    }
    Optional<Long> offset = PickleData.number(parts.get(1));
    Optional<long[]> sizes = sizes(parts.get(2));
    Optional<long[]> strides = sizes(parts.get(3));
    if (offset.isEmpty() || sizes.isEmpty() || strides.isEmpty()) {
      return new CheckpointNode.Opaque(
          function, "with an offset, sizes or strides of another form");
    }
    ElementType type = least == 7 ? TYPES.get(name(parts.get(6))) : storage.get().type();
    Optional<String> metadata =
        parts.size() == most && most > least ? metadata(parts.get(least)) : Optional.empty();
    if (metadata.isPresent()) {
      return new CheckpointNode.Opaque(function, metadata.get());
    }
    if (type == null) {
      String kind = least == 7 ? name(parts.get(6)) : storage.get().kind();
      return new CheckpointNode.Opaque(
          function, "of a type that this library does not support: " + kind);
    }
    return new CheckpointNode.Tensor(
        new Layout(path, storage.get(), type, offset.get(), sizes.get(), strides.get()).check());
  }

  /**
   * Why a tensor is not read that torch would change once it is made: it keeps the elements of a
   * negated or conjugated view as they were, and a note to do that.
   */
  private static Optional<String> metadata(PickleValue value) {
    if (value == PickleValue.Nothing.NONE) {
      return Optional.empty();
    }
    if (!(value instanceof PickleValue.Mapping notes)) {
      return Optional.of("with metadata of another form");
    }
    for (int i = 0; i < notes.keysAndValues().size(); i += 2) {
      if (!(notes.keysAndValues().get(i + 1) instanceof PickleValue.Bool set) || set.value()) {
        String note = PickleData.text(notes.keysAndValues().get(i)).orElse("of another form");
        return Optional.of(
            "with the metadata "
                + Printable.name(note)
                + " that would change it; save a clone of the tensor");
      }
    }
    return Optional.empty();
  }

  private static String name(PickleValue value) {
    return value instanceof Global global ? Printable.name(global.qualified()) : "";
  }

  private Optional<long[]> sizes(PickleValue value) {
    Optional<PickleValue> inner =
        PickleData.arguments(value, "torch.Size")
            .filter(parts -> parts.size() == 1)
            .map(parts -> parts.get(0));
    inner.ifPresent(unused -> understood.add(value));
    return inner
        .or(() -> Optional.of(value))
        .flatMap(PickleData::tuple)
        .flatMap(PickleData::numbers);
  }

  /** The numbers of one tensor as the file gives them. */
  private final class Layout {
    private final TreePath path;
    private final TorchStorage storage;
    private final ElementType type;
    private final long offset;
    private final long[] sizes;
    private final long[] strides;

    Layout(
        TreePath path,
        TorchStorage storage,
        ElementType type,
        long offset,
        long[] sizes,
        long[] strides) {
      this.path = path;
      this.storage = storage;
      this.type = type;
      this.offset = offset;
      this.sizes = sizes;
      this.strides = strides;
    }

    StridedLayout check() {
      if (sizes.length != strides.length) {
        throw malformed("as many strides as axes", strides.length + " and " + sizes.length);
      }
      try {
        return layout();
      } catch (ArithmeticException overflow) {
        throw malformed("a tensor inside its storage", "numbers beyond 64 bits: " + numbers());
      }
    }

    private StridedLayout layout() {
      Extent extent = extent();
      long elements = storage.viewCount() * storage.width() / type.bytes();
      long span = span();
      if (offset < 0 || Math.addExact(offset, span) > elements) {
        throw malformed(
            "a tensor inside the " + Plural.of(elements, "element") + " of its storage", numbers());
      }
      refuseOverflow();
      long skipped = storage.viewOffset() * storage.width() + offset * type.bytes();
      return new StridedLayout(
          type, extent.position() + skipped, span * type.bytes(), sizes, strides);
    }

    private Extent extent() {
      Extent extent = archive.storages().get(storage.key());
      if (extent == null) {
        throw malformed("a storage called '" + Printable.name(storage.key()) + "'", "none");
      }
      long bytes = Math.multiplyExact(storage.count(), (long) storage.width());
      if (bytes != extent.bytes()) {
        throw malformed(
            "a storage of " + storage.count() + " x " + Plural.of(storage.width(), "byte"),
            Plural.of(extent.bytes(), "byte") + " in the file");
      }
      if (storage.viewOffset() < 0
          || storage.viewCount() < 0
          || Math.addExact(storage.viewOffset(), storage.viewCount()) > storage.count()) {
        throw malformed(
            "a part of a storage of " + Plural.of(storage.count(), "element"),
            storage.viewCount() + " from element " + storage.viewOffset());
      }
      return extent;
    }

    /** Elements from the first to the last one, both included; none if an axis is empty. */
    private long span() {
      long last = 0;
      boolean empty = false;
      for (int axis = 0; axis < sizes.length; axis++) {
        if (sizes[axis] < 0 || strides[axis] < 0) {
          throw malformed("sizes and strides of 0 or more", numbers());
        }
        empty |= sizes[axis] == 0;
        long steps = Math.max(0, sizes[axis] - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, strides[axis]));
      }
      return empty ? 0 : Math.addExact(last, 1);
    }

    /** Strides of zero repeat a single element any number of times. */
    private void refuseOverflow() {
      long bytes = Long.BYTES; // whatever the elements are read as
      boolean empty = Arrays.stream(sizes).anyMatch(size -> size == 0);
      for (long size : sizes) {
        bytes = Math.multiplyExact(bytes, empty ? Math.max(size, 1) : size);
      }
    }

    private String numbers() {
      return String.format(
          Locale.ROOT,
          "offset %d, sizes %s, strides %s",
          offset,
          Arrays.toString(sizes),
          Arrays.toString(strides));
    }

    private MalformedFileException malformed(String expected, String found) {
      return new MalformedFileException(
          file + " (" + archive.pickle() + "): " + path.describe(), expected, found);
    }
  }
}
