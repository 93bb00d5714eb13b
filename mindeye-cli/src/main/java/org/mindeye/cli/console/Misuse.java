// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong calls of a command, which end with its usage. */
public final class Misuse {
  private Misuse() {}

  /**
   * A value whose settings are the caller's.
   *
   * @param spec of the command that was called
   * @param value makes it
   * @param <V> its type
   * @return the value; what it refuses is a wrong call
   */
  public static <V> V accepted(CommandSpec spec, Supplier<V> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw of(spec, e.getMessage());
    }
  }

  /**
   * A wrong call.
   *
   * @param spec of the command that was called
   * @param message what is wrong
   * @return to be thrown
   */
  public static ParameterException of(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
