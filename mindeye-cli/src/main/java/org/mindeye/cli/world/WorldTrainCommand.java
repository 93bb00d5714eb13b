// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.RunCall;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.SavingOptions;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that trains a network of the small world.
 *
 * @param <S> everything that makes it
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class WorldTrainCommand<S extends WorldSource<?>> implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; --device, --keep and --checkpoint-every-... may change.")
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
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  private final Class<S> type;

  WorldTrainCommand(Class<S> type) {
    this.type = type;
  }

  /** What the options of its own ask for. */
  abstract S asked(Precision asIn, String on, SavingConfig rhythm);

  /** The options of its own that may stand beside --resume. */
  String[] movable() {
    return new String[0];
  }

  /** What the run in a folder is made from. */
  S begun(RunFolder folder) throws IOException {
    return folder.source().as(type);
  }

  /** The same from files that were moved. */
  S moved(S begun) {
    return begun;
  }

  @Override
  public final Integer call() throws IOException {
    RunCall call = new RunCall(spec, new Console(System.err, Terminal.isInteractive()));
    if (resume == null) {
      start(call);
    } else {
      resume(call);
    }
    return 0;
  }

  private void start(RunCall call) throws IOException {
    call.require("--out", out);
    call.requireSteps(steps);
    String on = device == null ? "cpu" : device;
    Precision format = call.precision(precision, on);
    SavingConfig rhythm = call.accepted(() -> saving.over(SavingConfig.standard()));
    S asked = call.accepted(() -> asked(format, on, rhythm));
    RunFolder folder = RunFolder.at(out);
    call.requireUnused(folder);
    call.start(asked, folder, steps);
  }

  private void resume(RunCall call) throws IOException {
    RunFolder folder = RunFolder.at(resume);
    call.requireNothingBut(folder, movable());
    S begun = begun(folder);
    WorldSource<?> going =
        call.accepted(() -> moved(begun).goingOn(device, saving.over(begun.checkpoints())));
    call.resume(folder, begun, going);
  }
}
