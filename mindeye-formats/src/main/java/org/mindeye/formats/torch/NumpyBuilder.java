// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mindeye.Plural;
import org.mindeye.formats.internal.npy.NpyElements;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.PickleValue.Bool;
import org.mindeye.formats.internal.pickle.PickleValue.Bytes;
import org.mindeye.formats.internal.pickle.PickleValue.Call;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/**
 * NumPy's numbers and arrays in a pickle, made of the arguments and states NumPy would be called
 * with. Whatever has an unknown form, or a type other than numbers, gives an empty result.
 */
final class NumpyBuilder {
  private static final Pattern FUNCTIONS =
      Pattern.compile(
          "numpy\\._?core\\.(multiarray\\.(scalar|_reconstruct)|numeric\\._frombuffer)");

  private final String source;
  private final WorkBudget budget;
  private final Set<PickleValue> understood;

  /**
   * Builds the arrays of a file.
   *
   * @param source names it in messages
   * @param budget for what is copied
   * @param understood gets the calls among arguments and states that are read as data
   */
  NumpyBuilder(String source, WorkBudget budget, Set<PickleValue> understood) {
    this.source = source;
    this.budget = budget;
    this.understood = understood;
  }

  /** Whether a function makes numbers or arrays. */
  boolean builds(String function) {
    return FUNCTIONS.matcher(function).matches();
  }

  /** The number or array. */
  Optional<CheckpointNode> build(Call call) {
    List<PickleValue> parts = PickleData.tuple(call.arguments()).orElse(List.of());
    String function = PickleData.constructor(call).orElseThrow();
    if (function.endsWith("scalar")) {
      return scalar(call, parts);
    }
    return function.endsWith("_frombuffer") ? buffer(call, parts) : array(call);
  }

  /**
   * The elements of an array of Python objects, row by row; empty for arrays of numbers. Its state
   * has a list in place of bytes.
   */
  Optional<List<PickleValue>> objects(Call call) {
    List<PickleValue> state =
        call.states().size() == 1
            ? PickleData.tuple(call.states().get(0)).orElse(List.of())
            : List.of();
    boolean objects =
        isEmptyArray(call)
            && state.size() == 5
            && state.get(3).equals(new Bool(false))
            && state.get(2) instanceof Call type
            && PickleData.constructor(type).filter("numpy.dtype"::equals).isPresent()
            && PickleData.tuple(type.arguments())
                .flatMap(
                    parts -> parts.isEmpty() ? Optional.empty() : PickleData.text(parts.get(0)))
                .filter(code -> code.matches("O[48]?"))
                .isPresent();
    if (!objects || !(state.get(4) instanceof PickleValue.Sequence items)) {
      return Optional.empty();
    }
    long count = 1;
    for (long length :
        PickleData.tuple(state.get(1)).flatMap(PickleData::numbers).orElse(new long[] {-1})) {
      count =
          length < 0 || (length > 0 && count > Integer.MAX_VALUE / length) ? -1 : count * length;
      if (count < 0) {
        return Optional.empty();
      }
    }
    if (count != items.items().size()) {
      throw new MalformedFileException(
          source,
          Plural.of(count, "object") + " of a NumPy array",
          String.valueOf(items.items().size()));
    }
    understood.add(state.get(2));
    return Optional.of(items.items());
  }

  /** {@code _reconstruct(numpy.ndarray, (0,), b'b')}: an array that a state fills. */
  private static boolean isEmptyArray(Call call) {
    return PickleData.constructor(call).filter(name -> name.endsWith("_reconstruct")).isPresent()
        && PickleData.tuple(call.arguments())
            .filter(parts -> parts.size() == 3)
            .filter(
                parts ->
                    parts.get(0) instanceof PickleValue.Global global
                        && global.qualified().equals("numpy.ndarray"))
            .isPresent();
  }

  /** {@code bytes()}, {@code bytearray(bytes)} or {@code encode(text, 'latin1')}. */
  Optional<CheckpointNode> bytes(List<PickleValue> parts) {
    if (parts.isEmpty()) {
      return Optional.of(new CheckpointNode.Blob(new byte[0]));
    }
    if (parts.size() == 1) {
      return bytes(parts.get(0)).map(CheckpointNode.Blob::new);
    }
    return PickleData.latin1(parts).map(text -> new CheckpointNode.Blob(encode(text)));
  }

  private Optional<byte[]> bytes(PickleValue value) {
    if (value instanceof Bytes raw) {
      return Optional.of(copy(raw.content()));
    }
    Optional<String> text = PickleData.bytesAsText(value);
    text.ifPresent(unused -> understood.add(value));
    return text.map(this::encode);
  }

  private Optional<CheckpointNode> scalar(Call call, List<PickleValue> parts) {
    if (parts.size() != 2 || !call.states().isEmpty()) {
      return Optional.empty();
    }
    return type(parts.get(0), false, new long[0])
        .flatMap(header -> decode(header, parts.get(1)))
        .map(NumpyBuilder::number);
  }

  /** {@code (version, shape, type, fortran, bytes)} is the state of an array made empty. */
  private Optional<CheckpointNode> array(Call call) {
    if (!isEmptyArray(call) || call.states().size() != 1) {
      return Optional.empty();
    }
    List<PickleValue> state = PickleData.tuple(call.states().get(0)).orElse(List.of());
    if (state.size() != 5 || !(state.get(3) instanceof Bool fortran)) {
      return Optional.empty();
    }
    return array(state.get(1), state.get(2), fortran.value(), state.get(4));
  }

  /** {@code (bytes, type, shape, order)}, from protocol 5 on. */
  private Optional<CheckpointNode> buffer(Call call, List<PickleValue> parts) {
    if (parts.size() != 4 || !call.states().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> order = PickleData.text(parts.get(3)).filter(text -> text.matches("[CF]"));
    return order.flatMap(text -> array(parts.get(2), parts.get(1), text.equals("F"), parts.get(0)));
  }

  private Optional<CheckpointNode> array(
      PickleValue shape, PickleValue type, boolean fortran, PickleValue elements) {
    return PickleData.tuple(shape)
        .flatMap(PickleData::numbers)
        .flatMap(axes -> type(type, fortran, axes))
        .flatMap(header -> decode(header, elements))
        .map(CheckpointNode.Array::new);
  }

  /** {@code numpy.dtype('f8', False, True)} with the state {@code (3, '<', None, …)}. */
  private Optional<NpyHeader> type(PickleValue value, boolean fortran, long[] shape) {
    if (!(value instanceof Call call)
        || PickleData.constructor(call).filter("numpy.dtype"::equals).isEmpty()
        || call.states().size() > 1) {
      return Optional.empty();
    }
    List<PickleValue> parts = PickleData.tuple(call.arguments()).orElse(List.of());
    List<PickleValue> state =
        call.states().isEmpty()
            ? List.of()
            : PickleData.tuple(call.states().get(0)).orElse(List.of());
    Optional<String> order = state.size() < 2 ? Optional.of("<") : PickleData.text(state.get(1));
    Optional<String> code = parts.isEmpty() ? Optional.empty() : PickleData.text(parts.get(0));
    Optional<ElementType> type = code.flatMap(NpyHeader::type);
    boolean plain = state.stream().skip(2).limit(3).allMatch(PickleValue.Nothing.NONE::equals);
    if (order.isEmpty() || !order.get().matches("[<>|=]") || type.isEmpty() || !plain) {
      return Optional.empty();
    }
    understood.add(call);
    ByteOrder bytes = order.get().equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return Optional.of(new NpyHeader(type.get(), bytes, fortran, shape));
  }

  private Optional<HeapArray> decode(NpyHeader header, PickleValue elements) {
    for (long length : header.shape()) {
      if (length < 0) {
        throw new MalformedFileException(
            source, "axes of 0 or more in an array of NumPy", "" + length);
      }
    }
    int expected = header.payloadBytes(source);
    Optional<byte[]> bytes = bytes(elements);
    bytes.ifPresent(
        payload -> {
          if (payload.length != expected) {
            throw new MalformedFileException(
                source,
                Plural.of(expected, "byte") + " of a NumPy array",
                Plural.of(payload.length, "byte"));
          }
        });
    return bytes.map(
        payload ->
            HeapArray.of(
                header.type(),
                new TensorShape(header.shape()),
                NpyElements.rowByRow(source, header, payload)));
  }

  private byte[] copy(byte[] bytes) {
    budget.spendBytes(bytes.length);
    return bytes.clone();
  }

  /** Every character is a byte. */
  private byte[] encode(String text) {
    budget.spendBytes(text.length());
    if (text.chars().anyMatch(c -> c > 0xff)) {
      throw new MalformedFileException(source, "bytes written as a string", "other characters");
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static CheckpointNode number(HeapArray scalar) {
    if (scalar.type().isFloating()) {
      return new CheckpointNode.Real(scalar.toDoubles()[0]);
    }
    long value = scalar.toLongs()[0];
    return scalar.type() == ElementType.BOOL
        ? new CheckpointNode.Bool(value != 0)
        : new CheckpointNode.Whole(BigInteger.valueOf(value));
  }
}
