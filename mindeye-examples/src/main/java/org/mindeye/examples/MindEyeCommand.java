package org.mindeye.examples;

import java.io.Writer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.mindeye.core.Printable;
import org.mindeye.examples.console.OptionSections;
import org.mindeye.examples.console.PathConverter;
import org.mindeye.examples.console.PrintableLog;
import org.mindeye.examples.console.PrintableWriter;
import org.mindeye.examples.console.Versions;
import org.mindeye.examples.doctor.DoctorCommand;
import org.mindeye.examples.forward.ForwardCommand;
import org.mindeye.examples.quickstart.QuickstartCommand;
import org.mindeye.examples.retrieve.RetrieveCommand;
import org.mindeye.examples.train.EmbedCommand;
import org.mindeye.examples.train.EvaluateRunCommand;
import org.mindeye.examples.train.TrainCommand;
import org.mindeye.examples.weights.ConvertCommand;
import org.mindeye.examples.weights.InspectCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code mindeye} command. It exits with 0 on success, 1 when a subcommand fails, and 2 when it
 * is called wrongly; an error is one line on stderr unless {@code --verbose} asks for more.
 */
@Command(
    name = "mindeye",
    description = "Human brain activity (fMRI) in; the seen image found, or painted, out.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      EmbedCommand.class,
      EvaluateRunCommand.class,
      RetrieveCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      ForwardCommand.class,
      DoctorCommand.class
    })
public final class MindEyeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "After an error, print the stack trace.")
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
    CommandLine line = commandLine();
    System.exit(printingTo(line, line.getOut(), line.getErr()).execute(arguments));
  }

  /** Nothing of what the command prints drives a terminal. */
  static CommandLine printingTo(CommandLine line, Writer out, Writer err) {
    return line.setOut(PrintableWriter.to(out)).setErr(PrintableWriter.to(err));
  }

  /** The command with its way of reporting errors. */
  static CommandLine commandLine() {
    MindEyeCommand command = new MindEyeCommand();
    CommandLine mindeye = new CommandLine(command);
    Map<String, IHelpSectionRenderer> help = mindeye.getHelpSectionMap();
    help.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionSections());
    return mindeye
        .setHelpSectionMap(help)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true) // The last one wins: scripts rely on it.
        .registerConverter(Path.class, new PathConverter())
        .setParameterExceptionHandler((error, arguments) -> misused(error))
        .setExecutionExceptionHandler((error, line, parsed) -> command.failed(error, line, parsed));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int misused(ParameterException error) {
    CommandLine line = error.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().println(name + ": " + oneLine(error) + " (see " + name + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception error, CommandLine line, ParseResult parsed) {
    line.getErr().println(line.getCommandSpec().qualifiedName() + ": " + oneLine(error));
    if (verbose) {
      error.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String oneLine(Exception error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    if (error instanceof FileSystemException file && file.getReason() == null) {
      message = error.getClass().getSimpleName() + ": " + message; // The message is a bare path.
    }
    return Printable.line(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
