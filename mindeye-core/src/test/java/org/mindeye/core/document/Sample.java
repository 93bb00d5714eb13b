// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record with a component of every kind. */
record Sample(
    int count,
    long seed,
    double rate,
    boolean on,
    String name,
    Kind kind,
    Inner inner,
    List<Inner> list,
    Map<String, Integer> map,
    @MayBeAbsent Inner absent,
    Optional<String> note) {
  enum Kind {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "large";
      }
    }
  }

  record Inner(int width) {
    Inner {
      if (width < 1) {
        throw new IllegalArgumentException("width: expected at least 1 but was " + width);
      }
    }
  }

  static Sample full() {
    return new Sample(
        3,
        1L << 40,
        0.5,
        true,
        "a",
        Kind.LARGE,
        new Inner(1),
        List.of(new Inner(2), new Inner(3)),
        Map.of("x", 4),
        new Inner(5),
        Optional.of("b"));
  }

  Sample withoutOptions() {
    return new Sample(count, seed, rate, on, name, kind, inner, list, map, null, Optional.empty());
  }
}
