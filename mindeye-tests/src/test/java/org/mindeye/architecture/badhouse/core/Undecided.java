// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import java.util.Optional;
import java.util.OptionalLong;

public final class Undecided {
  public Undecided(OptionalLong perhaps) {
    perhaps.ifPresent(Math::abs);
  }

  public static Undecided of(Optional<String> perhaps) {
    return new Undecided(perhaps.map(String::length).map(n -> OptionalLong.of(n)).orElseThrow());
  }
}
