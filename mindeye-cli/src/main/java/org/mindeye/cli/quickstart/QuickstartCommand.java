// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.report.Summary;
import org.mindeye.core.engine.Torch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye quickstart}: from nothing to a report, in a few minutes. */
@Command(
    name = "quickstart",
    description = {
      "Simulates a subject, writes its data as MindEye web-datasets, reads them back, trains the"
          + " backbone and the diffusion prior, and finds the seen image among 300. Then trains the"
          + " low-level network, and paints the seen image, blurred.",
      "Writes report.html, report.json, scores.json, scores.csv, scores.tex, scores.md, run.json,"
          + " log.jsonl, model.safetensors, clip.safetensors, clip.json, lowlevel/,"
          + " autoencoder.safetensors and data/ to the output folder."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", paramLabel = "DIR", description = "Where everything goes.")
  private Path out = Path.of("quickstart-out");

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same numbers.")
  private long seed = 42;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private int epochs = 80;

  @Option(
      names = "--overwrite",
      description = "Use DIR even if it has files that are not a quickstart's; they stay.")
  private boolean overwrite;

  @Option(names = "--device", paramLabel = "NAME", description = "Where to train: cpu, gpu0, ...")
  private String device = "cpu";

  /** Creates the command; picocli fills in the options. */
  public QuickstartCommand() {}

  @Override
  public Integer call() throws IOException {
    QuickstartConfig config;
    Device where;
    try {
      config = QuickstartConfig.standard(out, seed, epochs);
      where = Torch.device(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (!overwrite) {
      config.requireOwnFolder();
    }
    Console console = new Console(System.err, Terminal.isInteractive());
    QuickstartResult result = new Quickstart(config, where, console).run();
    JsonReport.write(result, config.json());
    QuickstartReport.of(result).write(config.folder());
    console.say("done: open %s", config.html().toAbsolutePath());
    spec.commandLine().getOut().println(Summary.of(result.evaluation()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
