// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.data.GivenData;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye train}: the published recipe on your own data. */
@Command(
    name = "train",
    description = {
      "Trains a backbone, and a diffusion prior beside it, on one subject's data by the"
          + " published recipe: mindeye train --data DIR --subject N --clip FILE --out DIR.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/ and, at the end,"
          + " model.safetensors under the published names. Ctrl-C and SIGTERM end a run after the"
          + " step and save it; `mindeye train --resume OUT` continues as if it had never stopped.",
      "Numbers in parentheses are the published ones, which hold unless a file or an option says"
          + " otherwise."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", description = GivenData.HELP)
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      description =
          "The number in the file names: 1 to 8 for the Natural Scenes Dataset, others for your"
              + " own, 99 for simulated ones.")
  private Integer subject;

  @Option(
      names = "--clip",
      paramLabel = "FILE",
      description = "CLIP's image tower: the targets come from it.")
  private Path clip;

  @Option(
      names = "--clip-config",
      paramLabel = "C.json",
      description =
          "Its shape, where the file does not state it: as in `mindeye forward clip --help`, or the"
              + " config.json published beside the weights.")
  private Path clipConfig;

  @Option(
      names = "--start-from",
      paramLabel = "WEIGHTS",
      description =
          "Start from trained weights, or the folder of a checkpoint; where the voxel counts"
              + " differ,"
              + " the layer that reads them starts from random values.")
  private Path startFrom;

  @Option(
      names = "--target-cache",
      paramLabel = "CACHE",
      description =
          "Keep the targets that are encoded once in this folder, in float16, and not in memory: the"
              + " next run with it encodes only what it lacks, a dry run leaves it there, and one that"
              + " was killed goes on.")
  private Path targetCache;

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; give --data, --clip, --target-cache if they have moved."
              + " --keep and"
              + " --checkpoint-every-... may change, and --epochs where the recipe allows it.")
  private Path resume;

  @Option(
      names = "--config",
      paramLabel = "RUN.yaml",
      description = "Recipe and networks, as --print-config prints them; options win.")
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

  @Mixin(name = "Recipe")
  private RecipeOptions recipe = new RecipeOptions();

  @Mixin(name = "Networks")
  private ModelOptions networks = new ModelOptions();

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  /** Creates the command; picocli fills in the options. */
  public TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    RunCall call = new RunCall(spec, new Console(System.err, Terminal.isInteractive()));
    if (resume != null) {
      RunFolder folder = RunFolder.at(resume);
      call.requireNothingBut(folder, "--data", "--clip", "--target-cache", "--epochs");
      resume(folder, call);
      return 0;
    }
    RunConfig requested = requested(call);
    if (printConfig) {
      call.print(requested);
      return 0;
    }
    call.require("--data", data);
    call.require("--subject", subject);
    call.require("--clip", clip);
    call.require("--out", out);
    if (requested.train().freezing().epochs() > 0 && startFrom == null) {
      throw call.misused("--freeze-epochs is for --start-from");
    }
    RunFolder folder = RunFolder.at(out);
    call.requireUnused(folder);
    call.requireSteps(steps);
    RunSource source = source(requested, call);
    requireStartFrom(source);
    call.start(source, folder, steps);
    return 0;
  }

  private void resume(RunFolder folder, RunCall call) throws IOException {
    RunSource saved = RunSource.of(folder);
    if (targetCache != null && saved.config().targetCache() == null) {
      throw call.misused(
          "--target-cache: the run in "
              + folder
              + " began with targets in memory, which are not rounded to float16; leave it out");
    }
    RunSource begun =
        saved
            .movedTo(RunCall.text(data), RunCall.text(clip), device)
            .cachedIn(RunCall.text(targetCache));
    RunSource source =
        call.accepted(() -> begun.resumedWith(saving.over(begun.checkpoints()), recipe.epochs()));
    call.resume(
        folder,
        source.equals(saved),
        fromStart -> {
          TrainingRun run = call.run(source, folder);
          int epochs = source.training().epochs();
          if (fromStart) {
            requireStartFrom(source);
          } else if (epochs != saved.training().epochs()) {
            MindEyeTrainer.requireExtendable(TrainedRun.open(folder.folder()), epochs);
          }
          return run;
        });
  }

  private static void requireStartFrom(RunSource source) throws IOException {
    if (source.startFrom() != null) {
      RunCall.requireExists(Path.of(source.startFrom()));
    }
  }

  private RunSource source(RunConfig requested, RunCall call) throws IOException {
    VisionTransformerConfig tower = tower();
    // The device is part of the run, and the space of the networks: both are checked here.
    return call.accepted(
        () -> {
          requested.model().model(1, requested.model().space(tower));
          String where = device == null ? "cpu" : device;
          String cache = requested.targetCache();
          String absolute = cache == null ? null : RunCall.text(Path.of(cache));
          return new RunSource(
              RunCall.text(data),
              subject,
              RunCall.text(clip),
              tower,
              RunCall.text(startFrom),
              where,
              requested.withTargetCache(absolute));
        });
  }

  /** The tower's shape, from its file's header: nothing else is read before it is known to fit. */
  private VisionTransformerConfig tower() throws IOException {
    RunCall.requireExists(clip);
    if (clipConfig != null) {
      RunCall.requireExists(clipConfig);
    }
    Path described = clipConfig == null ? WeightFolder.configAt(clip).orElse(null) : clipConfig;
    try (StateDict weights = WeightFolder.openAt(clip)) {
      if (described != null) {
        VisionTransformerConfig given = VisionTransformerConfig.read(described);
        given.requireFits(weights);
        return given;
      }
      PrintWriter err = spec.commandLine().getErr();
      VisionTransformerConfig.assumptions(weights)
          .ifPresent(sentence -> err.println(clip + ": " + sentence));
      err.flush();
      return VisionTransformerConfig.of(weights);
    }
  }

  /** What file and options ask for together. */
  private RunConfig requested(RunCall call) throws IOException {
    Flags flags = new Flags();
    call.accepted(
        () -> {
          recipe.into(flags);
          networks.into(flags);
          return flags;
        });
    call.precision(recipe.precision(), device, flags);
    saving.into(flags);
    flags.put("targetCache", RunCall.text(targetCache));
    return call.requested(config, file -> RunConfig.of(file, flags));
  }
}
