// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.util.List;

/**
 * What Python takes for keys of dictionaries and items of sets: nothing that can grow. What a call
 * would make may be anything.
 */
final class Hashing {
  private Hashing() {}

  /** The value, or what is in it, that Python refuses; null if there is none. */
  static PickleValue unhashable(PickleValue value) {
    if (value instanceof PickleValue.Sequence sequence) {
      return sequence.unhashable(); // Known since it was made: tuples may share their parts.
    }
    boolean grows =
        value instanceof PickleValue.Mapping
            || value instanceof PickleValue.Bytes bytes
                && bytes.kind() == PickleValue.Bytes.Kind.ARRAY;
    return grows ? value : null;
  }

  static PickleValue firstUnhashable(List<PickleValue> values) {
    for (PickleValue value : values) {
      PickleValue found = unhashable(value);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
