// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye world}: the small world's own networks. */
@Command(
    name = "world",
    description = "The small world that the quickstart shows: the networks it comes with.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {WorldCommand.Train.class, WorldCommand.Export.class},
    mixinStandardHelpOptions = true)
public final class WorldCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command. */
  public WorldCommand() {}

  @Override
  public void run() {
    throw missing(spec);
  }

  private static ParameterException missing(CommandSpec spec) {
    return new ParameterException(
        spec.commandLine(), "expected one of the commands " + spec.subcommands().keySet());
  }

  /** {@code mindeye world train}. */
  @Command(
      name = "train",
      description = "Trains a network of the small world again; each has its own command.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        TrainAutoencoderCommand.class,
        TrainClipCommand.class,
        TrainJudgeCommand.class,
        TrainPainterCommand.class
      },
      mixinStandardHelpOptions = true)
  static final class Train implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw missing(spec);
    }
  }

  /** {@code mindeye world export}. */
  @Command(
      name = "export",
      description = "Writes a network of the small world to a file; each has its own command.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        ExportCommand.Autoencoder.class,
        ExportCommand.Clip.class,
        ExportCommand.Judge.class,
        ExportCommand.Painter.class
      },
      mixinStandardHelpOptions = true)
  static final class Export implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw missing(spec);
    }
  }
}
