// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import java.util.List;
import java.util.function.Predicate;
import org.mindeye.cli.bench.BenchCommand;
import org.mindeye.cli.data.DescribeCommand;
import org.mindeye.cli.data.PrepareCommand;
import org.mindeye.cli.doctor.DoctorCommand;
import org.mindeye.cli.evaluate.EvaluateCommand;
import org.mindeye.cli.forward.ForwardCommand;
import org.mindeye.cli.gallery.GalleryCommand;
import org.mindeye.cli.quickstart.QuickstartCommand;
import org.mindeye.cli.reconstruct.ReconstructCommand;
import org.mindeye.cli.retrieve.RetrieveCommand;
import org.mindeye.cli.train.EmbedCommand;
import org.mindeye.cli.train.EvaluateRunCommand;
import org.mindeye.cli.train.TrainCommand;
import org.mindeye.cli.train.TrainLowLevelCommand;
import org.mindeye.cli.weights.ConvertCommand;
import org.mindeye.cli.weights.InspectCommand;
import org.mindeye.cli.world.WorldCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands below {@code mindeye}. To find the options of all of them takes longer than most
 * calls need for everything else, so that those that were not typed are there by name and
 * description alone, for the list in the help and for what to suggest.
 */
final class Subcommands {
  /** In the order of the help. */
  private static final List<Class<?>> ALL =
      List.of(
          QuickstartCommand.class,
          DescribeCommand.class,
          PrepareCommand.class,
          TrainCommand.class,
          TrainLowLevelCommand.class,
          EmbedCommand.class,
          EvaluateRunCommand.class,
          RetrieveCommand.class,
          GalleryCommand.class,
          ReconstructCommand.class,
          EvaluateCommand.class,
          InspectCommand.class,
          ConvertCommand.class,
          ForwardCommand.class,
          WorldCommand.class,
          BenchCommand.class,
          DoctorCommand.class,
          HelpCommand.class);

  private Subcommands() {}

  /**
   * Adds all of them.
   *
   * @param mindeye has none yet
   * @param typed whether the command of this name may be called, or its help asked for
   */
  static void addTo(CommandLine mindeye, Predicate<String> typed) {
    for (Class<?> type : ALL) {
      Command command = type.getAnnotation(Command.class);
      mindeye.addSubcommand(
          command.name(), typed.test(command.name()) ? type : nameAndDescription(command));
    }
  }

  private static CommandSpec nameAndDescription(Command command) {
    CommandSpec spec = CommandSpec.create().name(command.name());
    spec.usageMessage().header(command.header()).description(command.description());
    return spec;
  }
}
