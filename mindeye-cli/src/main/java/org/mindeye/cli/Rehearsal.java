// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs short commands and prints nothing. The script that starts {@code mindeye} has Java note
 * which classes that takes, so that later starts find them ready.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Asks for help in several ways, and inspects files.
   *
   * @param files of weights; one that is missing is left out, and an error is a call like others
   */
  public static void main(String[] files) {
    Stream<List<String>> help =
        Stream.of(List.of("--help"), List.of("--version"), List.of("help", "train"), List.of("?"));
    Stream.concat(help, Stream.of(files).map(file -> List.of("inspect", file)))
        .forEach(Rehearsal::run);
  }

  private static void run(List<String> call) {
    MindEyeCommand.printingTo(
            MindEyeCommand.commandLine(call::contains), Writer.nullWriter(), Writer.nullWriter())
        .execute(call.toArray(String[]::new));
  }
}
