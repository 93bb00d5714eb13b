// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.training.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye train-lowlevel}: the published low-level recipe on your own data. */
@Command(
    name = "train-lowlevel",
    description = {
      "Trains the network of the blurry picture, voxels to an autoencoder's latents, on"
          + " one subject's data by the published recipe: mindeye train-lowlevel --data"
          + " DIR --subject N --autoencoder FILE --teacher FILE --out DIR.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/ and,"
          + " at the end, model.safetensors under the published names. Ctrl-C and SIGTERM end a run"
          + " after the step and save it; `mindeye train-lowlevel --resume OUT` continues as if it"
          + " had never stopped.",
      "Numbers in parentheses are the published ones, which hold unless a file or an option says"
          + " otherwise."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class TrainLowLevelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", description = "As for train.")
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      description = "The number in the file names: 1 to 99; as for train.")
  private Integer subject;

  @Option(
      names = "--autoencoder",
      paramLabel = "FILE",
      description =
          "The autoencoder (VAE) whose latents are learned: Stable Diffusion's, or another; a file"
              + " or its folder. `mindeye world export autoencoder` writes the quickstart's.")
  private Path autoencoder;

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      description =
          "VICRegL's ConvNeXt with its projector, which the contrastive loss imitates;"
              + " --contrastive-weight 0 trains without.")
  private Path teacher;

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; give --data, --autoencoder, --teacher if they have"
              + " moved. --keep and --checkpoint-every-... may change.")
  private Path resume;

  @Option(
      names = "--config",
      paramLabel = "RUN.yaml",
      description = "Recipe and network, as --print-config prints them; options win.")
  private Path config;

  @Option(names = "--print-config", description = "Print what would be run, and do not run it.")
  private boolean printConfig;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Dry run: read everything, take N steps, validate and save once, say how long the whole"
              + " run would take, and leave nothing behind.")
  private Integer steps;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Recipe and network")
  private LowLevelOptions options = new LowLevelOptions();

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  /** Creates the command; picocli fills in the options. */
  public TrainLowLevelCommand() {}

  @Override
  public Integer call() throws IOException {
    RunCall call = new RunCall(spec, new Console(System.err, Terminal.isInteractive()));
    if (resume != null) {
      RunFolder folder = RunFolder.at(resume);
      call.requireNothingBut(folder, "--data", "--autoencoder", "--teacher");
      resume(folder, call);
      return 0;
    }
    Flags flags = new Flags();
    options.into(flags);
    call.precision(options.precision(), device, flags);
    saving.into(flags);
    LowLevelRunConfig requested = call.requested(config, file -> LowLevelRunConfig.of(file, flags));
    if (printConfig) {
      call.print(requested);
      return 0;
    }
    call.require("--data", data);
    call.require("--subject", subject);
    call.require("--autoencoder", autoencoder);
    call.require("--out", out);
    RunFolder folder = RunFolder.at(out);
    call.requireUnused(folder);
    call.requireSteps(steps);
    LowLevelSource source =
        call.accepted(
            () ->
                new LowLevelSource(
                    RunCall.text(data),
                    subject,
                    RunCall.text(autoencoder),
                    RunCall.text(teacher),
                    device == null ? "cpu" : device,
                    requested));
    call.start(source, folder, steps);
    return 0;
  }

  private void resume(RunFolder folder, RunCall call) throws IOException {
    LowLevelSource saved = LowLevelSource.of(folder);
    LowLevelSource source =
        call.accepted(
            () ->
                saved.resumedWith(
                    RunCall.text(data),
                    RunCall.text(autoencoder),
                    RunCall.text(teacher),
                    device,
                    saving.over(saved.checkpoints())));
    call.resume(folder, saved, source);
  }
}
