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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that trains a network of the small world.
 *
 * @param <S> everything that makes it
 */
@Command
abstract class WorldTrainCommand<S extends WorldSource<?>> implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Class<S> type;

  WorldTrainCommand(Class<S> type) {
    this.type = type;
  }

  /**
   * What all of them are given; null for what was not, or does not exist.
   *
   * @param out where a new run goes
   * @param resume the folder of a run to go on with
   * @param steps of a dry run
   * @param precision in which format steps multiply
   * @param device where the networks live
   * @param saving how often the run is saved
   */
  record Given(
      Path out,
      Path resume,
      Integer steps,
      String precision,
      String device,
      SavingOptions saving) {}

  abstract Given given();

  /** What its options ask for. */
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
    Given given = given();
    if (given.resume() == null) {
      start(given, call);
    } else {
      resume(given, call);
    }
    return 0;
  }

  private void start(Given given, RunCall call) throws IOException {
    call.require("--out", given.out());
    call.requireSteps(given.steps());
    String on = given.device() == null ? "cpu" : given.device();
    Precision format =
        given.precision() == null ? Precision.FLOAT32 : call.precision(given.precision(), on);
    SavingConfig rhythm = call.accepted(() -> given.saving().over(SavingConfig.standard()));
    S asked = call.accepted(() -> asked(format, on, rhythm));
    RunFolder folder = RunFolder.at(given.out());
    call.requireUnused(folder);
    call.start(asked, folder, given.steps());
  }

  private void resume(Given given, RunCall call) throws IOException {
    RunFolder folder = RunFolder.at(given.resume());
    call.requireNothingBut(folder, movable());
    S begun = begun(folder);
    WorldSource<?> going =
        call.accepted(
            () -> moved(begun).goingOn(given.device(), given.saving().over(begun.checkpoints())));
    call.resume(folder, begun, going);
  }
}
