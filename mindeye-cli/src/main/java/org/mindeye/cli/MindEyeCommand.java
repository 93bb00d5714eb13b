// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.ErrorLine;
import org.mindeye.cli.console.OptionSections;
import org.mindeye.cli.console.PathConverter;
import org.mindeye.cli.console.PrintableLog;
import org.mindeye.cli.console.PrintableWriter;
import org.mindeye.cli.console.SplitConverter;
import org.mindeye.cli.console.Versions;
import org.mindeye.data.Split;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code mindeye} command. It exits with 0 on success, 1 when a subcommand fails, and 2 when it
 * is called wrongly; an error is one line on stderr unless {@code --verbose} asks for more.
 */
@Command(
    name = "mindeye",
    description = "Human brain activity (fMRI) in; the seen image found, or painted, out.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND")
public final class MindEyeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "After an error, print all of it, and the stack trace.")
  private boolean verbose;

  /** Creates the command; picocli fills in the options. */
  public MindEyeCommand() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param arguments as typed
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // The JDK's and the libraries' own texts, as the command's.
    System.setErr(PrintableLog.before(System.err));
    CommandLine line = commandLine(List.of(arguments)::contains);
    System.exit(printingTo(line, line.getOut(), line.getErr()).execute(arguments));
  }

  /** Nothing of what the command prints drives a terminal. */
  static CommandLine printingTo(CommandLine line, Writer out, Writer err) {
    return line.setOut(PrintableWriter.to(out)).setErr(PrintableWriter.to(err));
  }

  /**
   * The command with its way of reporting errors.
   *
   * @return ready to parse or to execute what was typed
   */
  public static CommandLine commandLine() {
    return commandLine(name -> true);
  }

  /** The same where only some of the subcommands can have been typed. */
  static CommandLine commandLine(Predicate<String> typed) {
    MindEyeCommand command = new MindEyeCommand();
    CommandLine mindeye = new CommandLine(command);
    Subcommands.addTo(mindeye, typed);
    Map<String, IHelpSectionRenderer> help = mindeye.getHelpSectionMap();
    help.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionSections());
    return mindeye
        .setHelpSectionMap(help)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true) // The last one wins: scripts rely on it.
        .registerConverter(Path.class, new PathConverter())
        .registerConverter(Split.class, new SplitConverter())
        .setParameterExceptionHandler((error, arguments) -> misused(error))
        .setExpandAtFiles(false) // A path may begin with @.
        .setExecutionStrategy(command::execute)
        .setExecutionExceptionHandler((error, line, parsed) -> command.failed(error, line));
  }

  @Override
  public Integer call() {
    // No subcommand was given: a wrong call, but one that deserves more than a line.
    spec.commandLine().usage(spec.commandLine().getErr());
    spec.commandLine().getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** Errors of the JVM, like the end of its memory, are reported like any other. */
  private int execute(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (Error e) {
      CommandLine line = parsed.commandSpec().commandLine();
      ParseResult last = parsed;
      while (last.hasSubcommand()) {
        last = last.subcommand();
        line = last.commandSpec().commandLine();
      }
      return failed(e, line);
    }
  }

  private static int misused(ParameterException error) {
    CommandLine line = error.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().println(name + ": " + explained(error) + " (see " + name + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  private static String explained(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unknown)) {
      return ErrorLine.of(error);
    }
    CommandSpec called = error.getCommandLine().getCommandSpec();
    String typed = unknown.getUnmatched().get(0);
    boolean isCommand = !unknown.isUnknownOption() && !called.subcommands().isEmpty();
    List<String> near = unknown.getSuggestions();
    if (!near.isEmpty()) {
      String what = isCommand ? "there is no command '" + typed + "'" : ErrorLine.of(error);
      return what + "; did you mean " + near.get(0) + "?";
    }
    return isCommand
        ? "there is no command '"
            + typed
            + "', but "
            + String.join(", ", called.subcommands().keySet())
        : ErrorLine.of(error);
  }

  private int failed(Throwable error, CommandLine line) {
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().println(name + ": " + ErrorLine.of(error) + smaller(error, line));
    if (verbose) {
      if (error instanceof MindEyeException known && !known.details().equals(known.getMessage())) {
        line.getErr().println(known.details());
      }
      error.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The option that needs less memory, where the command has one. */
  private static String smaller(Throwable error, CommandLine line) {
    boolean helps = line.getCommandSpec().findOption("--batch-size") != null;
    return helps && ErrorLine.isAboutMemory(error) ? "; or take a smaller --batch-size" : "";
  }
}
