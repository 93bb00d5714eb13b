// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye bench}: speed and memory on this machine. */
@Command(
    name = "bench",
    description = {
      "Measures on this machine, in each format of numbers that it offers, and ends with the settings"
          + " to use here."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LatencyCommand.class, ThroughputCommand.class},
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command. */
  public BenchCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected one of the commands " + spec.subcommands().keySet());
  }
}
