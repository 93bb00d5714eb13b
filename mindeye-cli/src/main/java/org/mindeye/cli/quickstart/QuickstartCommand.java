// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
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
          + " backbone, the diffusion prior and the low-level network, finds the seen picture among"
          + " 300, and paints it. All of it is scored beside ridge regression, chance and ceilings.",
      "Writes report.html, report.json, scores.json, scores.csv, scores.tex, scores.md, run.json,"
          + " log.jsonl, model.safetensors, clip.safetensors, clip.json, unet.safetensors,"
          + " autoencoder.safetensors, lowlevel/, painted/ and data/ to the output folder."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", paramLabel = "DIR", description = "Where everything goes.")
  private Path out = Path.of("quickstart-out");

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same numbers.")
  private long seed = 42;

  @Option(
      names = "--fast",
      description = "A look at everything within two minutes: less data, less training.")
  private boolean fast;

  @Option(
      names = "--full",
      description = "Some twenty minutes: more data, more training, 16 candidates a picture.")
  private boolean full;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training images (40; 12 with --fast, 60 with --full).")
  private Integer epochs;

  @Option(
      names = "--score-all",
      description = "Paint and score all 600 test scenes, not the first ones; takes longer.")
  private boolean scoreAll;

  @Option(
      names = "--overwrite",
      description = "Use DIR even if it has files that are not a quickstart's; they stay.")
  private boolean overwrite;

  @Option(names = "--device", paramLabel = "NAME", description = "Where to train: cpu, gpu0, ...")
  private String device = "cpu";

  /** Creates the command; picocli fills in the options. */
  public QuickstartCommand() {}

  private Length length() {
    if (fast && full) {
      throw new IllegalArgumentException("--fast and --full both choose the length: give one");
    }
    if (fast) {
      return Length.FAST;
    }
    return full ? Length.FULL : Length.STANDARD;
  }

  @Override
  public Integer call() throws IOException {
    QuickstartConfig config;
    Device where;
    try {
      Length asked = length();
      config = QuickstartConfig.of(asked, out, seed, epochs == null ? asked.epochs() : epochs);
      config = scoreAll ? config.paintingAll() : config;
      where = Torch.device(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (!overwrite) {
      new EarlierRun(config).requireNothingElse();
    }
    Console console = new Console(System.err, Terminal.isInteractive());
    QuickstartResult result = new Quickstart(config, where, console).run();
    JsonReport.write(result, config.json());
    QuickstartReport.of(result).write(config.folder());
    console.say("done: open %s", config.html().toAbsolutePath());
    PrintWriter out = spec.commandLine().getOut();
    out.println(Summary.of(result.evaluation()));
    out.println(result.painting().section().summary());
    out.println(NextSteps.here(config).text());
    out.flush();
    return 0;
  }
}
