// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.cli.console.Console;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import picocli.CommandLine.Option;

/** A subject's data on the command line, where they are one choice of several. */
public final class SplitOptions {
  @Option(names = "--data", paramLabel = "DIR", description = GivenData.HELP)
  private Path data;

  @Option(names = "--subject", paramLabel = "N", description = "The number in the file names.")
  private Integer subject;

  @Option(names = "--split", paramLabel = "NAME", description = "train, validation or test.")
  private Split split;

  /** Creates the options; picocli fills them in. */
  public SplitOptions() {}

  /**
   * Whether any of them was given.
   *
   * @return false if there are none at all
   */
  public boolean areGiven() {
    return Stream.of(data, subject, split).anyMatch(Objects::nonNull);
  }

  /**
   * Whether they say where and whose the data are.
   *
   * @return false if --data or --subject is missing
   */
  public boolean areOpenable() {
    return data != null && subject != null;
  }

  /**
   * The split.
   *
   * @return empty if none was named
   */
  public Optional<Split> split() {
    return Optional.ofNullable(split);
  }

  /**
   * Where the data are.
   *
   * @return as it was given
   */
  public Path path() {
    return data;
  }

  /**
   * Opens the data, and says what they were recognised as.
   *
   * @param console where it is said
   * @return the data, to be closed by the caller after the last picture
   * @throws IOException if they cannot be read
   */
  public SubjectSource open(Console console) throws IOException {
    return GivenData.open(data, subject, console);
  }
}
