// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.data.GivenData;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.SubjectSource;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mindeye evaluate-run}: a run's scores on the test split. */
@Command(
    name = "evaluate-run",
    description = {
      "Scores a checkpoint of a finished or stopped run on the test split: top-1 retrieval in both"
          + " directions among 300 (or all, if they are fewer), beside ridge regression and what the"
          + " measurement allows, and what the prior does to the tokens. A run without checkpoints,"
          + " as the quickstart leaves it, is scored with the weights of its last epoch.",
      "Writes report.html, report.json and the table of scores (scores.json, .csv, .tex and .md) to"
          + " the run's folder, or another one. Reads only what the run has saved: the run may"
          + " continue in the meantime."
    },
    mixinStandardHelpOptions = true)
public final class EvaluateRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "OUT", description = "The folder of the run.")
  private Path out;

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "Of the checkpoint (default: the best epoch's).")
  private Long step;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the reports go (default: the run's folder).")
  private Path reports;

  @Option(names = "--precision", paramLabel = "P", description = PrecisionNames.HELP_WITH_CLIP)
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The subject's data, if they have moved.")
  private Path data;

  @Option(
      names = "--clip",
      paramLabel = "FILE",
      description = "CLIP's image tower, if it has moved.")
  private Path clip;

  @Option(
      names = "--target-cache",
      paramLabel = "CACHE",
      description =
          "Keep CLIP tokens in this folder, as float16, instead of in memory, as `mindeye train` does: only what it lacks is encoded.")
  private Path targetCache;

  @Option(
      names = "--ridge",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether ridge regression is fitted for comparison (yes).")
  private boolean ridge;

  @Option(
      names = "--prior",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether the prior is sampled, if there is one (yes).")
  private boolean prior;

  /** Creates the command; picocli fills in the options. */
  public EvaluateRunCommand() {}

  @Override
  public Integer call() throws IOException {
    RunSource source = RunSource.of(RunFolder.at(out)).movedTo(text(data), text(clip), null);
    Path place = reports == null ? out : reports;
    boolean writable = requirePlace(place);
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = format(source, where);
    TrainedRun run = TrainedRun.open(out);
    Console progress = new Console(System.err, Terminal.isInteractive());
    try (SubjectSource from = GivenData.open(Path.of(source.data()), source.subject(), progress)) {
      RunScoring scoring =
          new RunScoring(source, from, ridge, text(targetCache), progress, format, where);
      RunReport report = new RunReport(RunEvaluation.of(run, scoring, step, prior));
      PrintWriter console = spec.commandLine().getOut();
      console.println(report.summary());
      if (writable) {
        Files.createDirectories(place);
        console.println("report: " + report.write(place));
      } else {
        console.println("no report: " + place + " cannot be written; --out says where else");
      }
      console.flush();
    }
    return 0;
  }

  private Precision format(RunSource source, Device where) {
    Precision format = PrecisionNames.asked(spec, precision, where);
    if (format == Precision.INT8_WEIGHTS && prior && source.config().model().prior()) {
      throw Misuse.of(
          spec,
          "--precision: " + format + " is for the backbone alone; give --no-prior, or BFLOAT16");
    }
    return format;
  }

  /** Whether reports can be written, before anything is computed for them. */
  private boolean requirePlace(Path place) throws FileSystemException {
    if (!Files.exists(place)) {
      OutputFile.requireFolder(place);
      return true;
    }
    if (!Files.isDirectory(place)) {
      throw new NotDirectoryException(place.toString());
    }
    boolean writable = Files.isWritable(place);
    if (!writable && reports != null) {
      throw new AccessDeniedException(place.toString(), null, "the folder cannot be written");
    }
    return writable;
  }

  private static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }
}
