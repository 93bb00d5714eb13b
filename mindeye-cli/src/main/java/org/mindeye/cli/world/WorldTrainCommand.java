// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.RunCall;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.SavingOptions;
import org.mindeye.cli.train.TrainingRun;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.training.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that trains a network of the small world on scenes alone.
 *
 * @param <S> everything that makes it
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class WorldTrainCommand<S extends WorldSource<S>> implements Callable<Integer> {
  /** What may stand beside --resume: everything else is in the run's own file. */
  private static final Set<String> MOVABLE =
      Set.of(
          "--resume",
          "--device",
          "--keep",
          "--checkpoint-every-epochs",
          "--checkpoint-every-steps",
          "--verbose");

  @Spec private CommandSpec spec;

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; only --device, --keep and --checkpoint-every-... may"
              + " change.")
  private Path resume;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Dry run: paint the scenes of N steps, take them, validate and save once, say how long"
              + " the whole run would take, and leave nothing behind.")
  private Integer steps;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "In which format steps multiply: FLOAT32 (default), BFLOAT16, or fastest: what is known to"
              + " be fastest here; weights and moments are float32 in all.")
  private String precision;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  private final Class<S> type;

  WorldTrainCommand(Class<S> type) {
    this.type = type;
  }

  /** What the options ask for. */
  abstract S asked(Precision asIn, String on, SavingConfig rhythm);

  @Override
  public Integer call() throws IOException {
    RunCall call = new RunCall(spec, new Console(System.err, Terminal.isInteractive()));
    if (resume != null) {
      RunFolder folder = RunFolder.at(resume);
      call.requireNothingBut(MOVABLE, folder);
      S begun = folder.source().as(type);
      S going = call.accepted(() -> begun.goingOn(device, saving.over(begun.checkpoints())));
      call.resume(folder, going.equals(begun), fromStart -> run(going, folder, call));
      return 0;
    }
    call.require("--out", out);
    call.requireSteps(steps);
    String on = device == null ? "cpu" : device;
    Precision format = precision == null ? Precision.FLOAT32 : call.precision(precision, on);
    S asked = call.accepted(() -> asked(format, on, saving.over(SavingConfig.standard())));
    RunFolder folder = RunFolder.at(out);
    call.requireUnused(folder);
    call.start(run(asked, folder, call), steps);
    return 0;
  }

  private TrainingRun run(S source, RunFolder folder, RunCall call) {
    Device where = call.accepted(() -> Torch.device(source.device()));
    return new TrainingRun(source.recipe(call.console(), where), folder, call.console());
  }
}
