// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.PickleValue.Bytes;
import org.mindeye.formats.internal.pickle.PickleValue.Call;
import org.mindeye.formats.internal.pickle.PickleValue.Global;
import org.mindeye.formats.internal.pickle.PickleValue.Sequence;
import org.mindeye.formats.internal.pickle.PickleValue.Text;
import org.mindeye.formats.internal.pickle.PickleValue.Whole;

/** Takes plain values out of pickles; whatever is of another kind gives an empty result. */
final class PickleData {
  /** Strings of Python 2 are decoded again wherever they are used: no word is longer. */
  private static final int MAX_WORD = 256;

  /** More axes than any engine offers. */
  static final int MAX_AXES = 64;

  private PickleData() {}

  /** A text of Python 3, or a word of Python 2. */
  static Optional<String> text(PickleValue value) {
    if (value instanceof Text text) {
      return Optional.of(text.value());
    }
    return value instanceof Bytes bytes && bytes.isString() && bytes.content().length <= MAX_WORD
        ? Optional.of(new String(bytes.content(), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** An integer of 64 bits. */
  static Optional<Long> number(PickleValue value) {
    return value instanceof Whole whole && whole.value().bitLength() < Long.SIZE
        ? Optional.of(whole.value().longValue())
        : Optional.empty();
  }

  /** Integers of 64 bits, if all are, and no more than a tensor may have axes. */
  static Optional<long[]> numbers(List<PickleValue> values) {
    if (values.size() > MAX_AXES) {
      return Optional.empty();
    }
    long[] numbers = new long[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      Optional<Long> number = number(values.get(i));
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers[i] = number.get();
    }
    return Optional.of(numbers);
  }

  /** The items of a tuple. */
  static Optional<List<PickleValue>> tuple(PickleValue value) {
    return value instanceof Sequence sequence && sequence.kind() == Sequence.Kind.TUPLE
        ? Optional.of(sequence.items())
        : Optional.empty();
  }

  /** The name of a plain function call; empty if the result was changed in any way later. */
  static Optional<String> function(PickleValue value) {
    return value instanceof Call call && call.states().isEmpty()
        ? constructor(call)
        : Optional.empty();
  }

  /** The name of a plain function call whose result may have been given a state. */
  static Optional<String> constructor(Call call) {
    return call.kind() == Call.Kind.REDUCE
            && call.callee() instanceof Global global
            && call.items().isEmpty()
            && call.keysAndValues().isEmpty()
        ? Optional.of(global.qualified())
        : Optional.empty();
  }

  /** The arguments of a plain function call of that name, if it is one. */
  static Optional<List<PickleValue>> arguments(PickleValue value, String function) {
    return function(value)
        .filter(function::equals)
        .flatMap(name -> tuple(((Call) value).arguments()));
  }

  /** A text that Python 3 wrote in place of bytes, for Python 2 to read. */
  static Optional<String> bytesAsText(PickleValue value) {
    return arguments(value, "_codecs.encode").flatMap(PickleData::latin1);
  }

  /** The text of {@code (text, "latin1")}, or {@code "latin-1"}. */
  static Optional<String> latin1(List<PickleValue> parts) {
    return parts.size() == 2
            && text(parts.get(1)).filter(name -> name.matches("latin-?1")).isPresent()
        ? text(parts.get(0))
        : Optional.empty();
  }
}
