// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.mindeye.MindEyeException;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye train}: the published recipe on your own data. */
@Command(
    name = "train",
    description = {
      "Trains a backbone, and a diffusion prior beside it, on web-datasets of one subject by the"
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
  /** What may stand beside --resume: everything else is in the run's own file. */
  private static final Set<String> MOVABLE =
      Set.of(
          "--resume",
          "--data",
          "--clip",
          "--device",
          "--epochs",
          "--keep",
          "--checkpoint-every-epochs",
          "--checkpoint-every-steps",
          "--verbose");

  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", description = "Holds train, val and test.")
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

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; give --data, --clip if they have moved. --keep and"
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
    if (resume != null) {
      requireNothingElse();
      resume(RunFolder.at(resume));
      return 0;
    }
    RunConfig requested = requested();
    if (printConfig) {
      PrintWriter console = spec.commandLine().getOut();
      console.print(ConfigFile.yaml(requested));
      console.flush();
      return 0;
    }
    require("--data", data);
    require("--subject", subject);
    require("--clip", clip);
    require("--out", out);
    if (requested.train().freezing().epochs() > 0 && startFrom == null) {
      throw misused("--freeze-epochs is for --start-from");
    }
    RunFolder folder = RunFolder.at(out);
    requireUnused(folder);
    if (steps != null && steps < 1) {
      throw misused("--steps: expected 1 or more but was " + steps);
    }
    TrainingRun run = run(source(requested), folder, true);
    if (steps == null) {
      run.start();
    } else {
      run.rehearse(steps);
    }
    return 0;
  }

  private static void requireUnused(RunFolder folder) throws IOException {
    if (Files.isDirectory(folder.folder()) && folder.isDescribed()) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "there is a run already; continue it with `mindeye train --resume "
              + folder
              + "`, or choose another folder");
    }
    folder.requireUnused();
  }

  private void resume(RunFolder folder) throws IOException {
    RunSource saved = RunSource.of(folder);
    RunSource begun = saved.movedTo(text(data), text(clip), device);
    RunSource source =
        accepted(
            () -> begun.resumedWith(saving.over(begun.config().checkpoints()), recipe.epochs()));
    if (!isSaved(folder)) {
      run(source, folder, true).startAgain();
      return;
    }
    int epochs = source.config().train().epochs();
    if (source.equals(saved) && folder.isComplete()) {
      folder.reopen().close(); // sweeps
      console().say("%s: nothing was trained", TrainingRun.COMPLETE);
      return;
    }
    TrainingRun run = run(source, folder, false);
    if (epochs != saved.config().train().epochs()) {
      MindEyeTrainer.requireExtendable(TrainedRun.open(folder.folder()), epochs);
    }
    run.resume();
  }

  /** A run that ended before its first checkpoint has nothing to resume from but its sources. */
  private static boolean isSaved(RunFolder folder) throws IOException {
    boolean saved = folder.isSaved();
    if (!saved && Files.exists(folder.weights())) {
      throw new MindEyeException(
          folder.folder()
              + ": the run is done and its checkpoints are gone, so there is nothing to resume"
              + " from;"
              + " --start-from "
              + folder.weights()
              + " begins a new run");
    }
    return saved;
  }

  private TrainingRun run(RunSource source, RunFolder folder, boolean fromStart)
      throws IOException {
    requireExists(Path.of(source.data()));
    requireExists(Path.of(source.clip()));
    if (source.startFrom() != null && fromStart) {
      requireExists(Path.of(source.startFrom()));
    }
    Device where = accepted(() -> Torch.device(source.device()));
    return new TrainingRun(source, folder, where, console());
  }

  private static Console console() {
    return new Console(System.err, Terminal.isInteractive());
  }

  private RunSource source(RunConfig requested) throws IOException {
    VisionTransformerConfig tower = tower();
    // The device is part of the run, and the space of the networks: both are checked here.
    return accepted(
        () -> {
          requested.model().model(1, requested.model().space(tower));
          String where = device == null ? "cpu" : device;
          return new RunSource(
              text(data), subject, text(clip), tower, text(startFrom), where, requested);
        });
  }

  /** The tower's shape, from its file's header: nothing else is read before it is known to fit. */
  private VisionTransformerConfig tower() throws IOException {
    requireExists(clip);
    if (clipConfig != null) {
      requireExists(clipConfig);
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
  private RunConfig requested() throws IOException {
    Flags flags = new Flags();
    accepted(
        () -> {
          recipe.into(flags);
          networks.into(flags);
          return flags;
        });
    saving.into(flags);
    if (config != null) {
      requireExists(config);
    }
    try {
      Document file =
          config == null
              ? Document.of("options", "a JSON object", JsonNodeFactory.instance.objectNode())
              : ConfigFile.open(config);
      return RunConfig.of(file, flags);
    } catch (MalformedFileException e) {
      throw misused(config == null ? e.found() : e.getMessage());
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage());
    }
  }

  private void requireNothingElse() {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(option -> option.longestName())
            .filter(name -> !MOVABLE.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw misused(
          "--resume takes everything from "
              + RunFolder.at(resume).description()
              + ": leave out "
              + others);
    }
  }

  private static void requireExists(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file or folder");
    }
  }

  private static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  private <V> V accepted(Supplier<V> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage());
    }
  }

  private void require(String option, Object value) {
    if (value == null) {
      throw misused("a new run needs " + option);
    }
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
