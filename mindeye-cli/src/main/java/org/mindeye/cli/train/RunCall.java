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
import java.util.function.Function;
import java.util.function.Supplier;
import org.mindeye.MindEyeException;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.RunFolder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * One call of a command that trains: what all of these say about their options, files and folders.
 *
 * @param spec of the command
 * @param console where progress is printed
 */
public record RunCall(CommandSpec spec, Console console) {
  /** What may stand beside {@code --resume} in every command. */
  private static final Set<String> MOVABLE =
      Set.of(
          "--resume",
          "--device",
          "--keep",
          "--checkpoint-every-epochs",
          "--checkpoint-every-steps",
          "--verbose");

  /** Prepares a run. */
  @FunctionalInterface
  interface Preparation {
    /**
     * Prepares.
     *
     * @param fromStart whether it starts again, as it was never saved
     * @return the run
     * @throws IOException if something that it is made from cannot be read
     */
    TrainingRun prepare(boolean fromStart) throws IOException;
  }

  void print(Record config) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(ConfigFile.yaml(config));
    out.flush();
  }

  /**
   * Refuses a new run without an option.
   *
   * @param option its name
   * @param value null if it was not given
   */
  public void require(String option, Object value) {
    if (value == null) {
      throw misused("a new run needs " + option);
    }
  }

  /**
   * Notes the format of a run. What is fastest is decided here, once: a resumed run keeps it.
   *
   * @param text the option; null if it was not given
   * @param device where the run would compute; null for the usual one
   */
  void precision(String text, String device, Flags flags) {
    if (text != null) {
      flags.put("train/optimizer/precision", precision(text, device));
    }
  }

  /**
   * The format that an option asks for.
   *
   * @param text the option, not null
   * @param device where the run would compute; null for the usual one
   * @return the format; of the fastest, the console says which it is
   */
  public Precision precision(String text, String device) {
    Device where = device(device == null ? "cpu" : device, Precision.FLOAT32);
    return PrecisionNames.asked(spec, text, where);
  }

  /**
   * Where a run computes, which must offer its format.
   *
   * @param name of the device
   * @param precision in which format steps multiply
   * @return the device
   */
  Device device(String name, Precision precision) {
    return accepted(
        () -> {
          Device device = Torch.device(name);
          PrecisionNames.requireOffered(precision, device);
          return device;
        });
  }

  /**
   * Refuses a dry run without a step.
   *
   * @param steps how many; null for the whole run
   */
  public void requireSteps(Integer steps) {
    if (steps != null && steps < 1) {
      throw misused("--steps: expected 1 or more but was " + steps);
    }
  }

  /**
   * Refuses options beside {@code --resume} that the run's own description decides.
   *
   * @param folder of the run
   * @param movable names of those that may be given beside what every command lets change
   */
  public void requireNothingBut(RunFolder folder, String... movable) {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(option -> option.longestName())
            .filter(name -> !MOVABLE.contains(name) && !List.of(movable).contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw misused(
          "--resume takes everything from " + folder.description() + ": leave out " + others);
    }
  }

  /**
   * Refuses a folder in which a new run cannot begin.
   *
   * @param folder of the run
   * @throws IOException if something is there; says what to do
   */
  public void requireUnused(RunFolder folder) throws IOException {
    if (Files.isDirectory(folder.folder()) && folder.isDescribed()) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "there is a run already; continue it with `"
              + spec.qualifiedName()
              + " --resume "
              + folder
              + "`, or choose another folder");
    }
    folder.requireUnused();
  }

  /** What a file, null for none, and options ask for together. */
  <C> C requested(Path config, Function<Document, C> reading) throws IOException {
    if (config != null) {
      requireExists(config);
    }
    try {
      return reading.apply(
          config == null
              ? Document.of("options", "a JSON object", JsonNodeFactory.instance.objectNode())
              : ConfigFile.open(config));
    } catch (MalformedFileException e) {
      throw misused(config == null ? e.found() : e.getMessage());
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage());
    }
  }

  /**
   * The run of what it is made from, whose files and device must be there.
   *
   * @param source everything that makes the run
   * @param folder where it goes
   * @return the run, of which nothing has begun
   * @throws IOException if a file is missing
   */
  TrainingRun run(TrainingSource<?> source, RunFolder folder) throws IOException {
    for (String file : source.files()) {
      requireExists(Path.of(file));
    }
    Device where = device(source.device(), source.training().optimizer().precision());
    return new TrainingRun(source.recipe(console, where), folder, console);
  }

  /**
   * A whole run or, of some steps, a dry one.
   *
   * @param source everything that makes the run
   * @param folder where it goes
   * @param steps of a dry run; null for the whole one
   * @throws IOException if a file cannot be read or written
   */
  public void start(TrainingSource<?> source, RunFolder folder, Integer steps) throws IOException {
    TrainingRun run = run(source, folder);
    if (steps == null) {
      run.start();
    } else {
      run.rehearse(steps);
    }
  }

  /**
   * Goes on with a run, if it has not ended.
   *
   * @param folder of the run
   * @param begun what the folder describes
   * @param going the same as it goes on
   * @throws IOException if a file cannot be read or written
   */
  public void resume(RunFolder folder, TrainingSource<?> begun, TrainingSource<?> going)
      throws IOException {
    resume(folder, going.equals(begun), fromStart -> run(going, folder));
  }

  /**
   * Goes on with a run, if it has not ended.
   *
   * @param folder of the run
   * @param unchanged whether it is what the folder describes
   * @param preparation makes the run
   * @throws IOException if a file cannot be read or written
   */
  void resume(RunFolder folder, boolean unchanged, Preparation preparation) throws IOException {
    if (!isSaved(folder)) {
      preparation.prepare(true).startAgain();
    } else if (unchanged && folder.isComplete()) {
      folder.reopen().close(); // sweeps
      console.say("%s: nothing was trained", TrainingRun.COMPLETE);
    } else {
      preparation.prepare(false).resume();
    }
  }

  /** A run that ended before its first checkpoint has nothing to resume from but its sources. */
  private static boolean isSaved(RunFolder folder) throws IOException {
    boolean saved = folder.isSaved();
    if (!saved && Files.exists(folder.weights())) {
      throw new MindEyeException(
          folder.folder()
              + ": the run is done and its checkpoints are gone, so there is nothing to resume"
              + " from; use its weights, "
              + folder.weights()
              + ", or begin a new run");
    }
    return saved;
  }

  /**
   * Refuses a path at which nothing is.
   *
   * @param path any
   * @throws NoSuchFileException if nothing is there
   */
  public static void requireExists(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file or folder");
    }
  }

  /**
   * A path as a run's description notes it.
   *
   * @param path null for none
   * @return absolute; null for none
   */
  public static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  /**
   * A value whose settings are the caller's.
   *
   * @param value makes it
   * @param <V> its type
   * @return the value; what it refuses is a wrong call
   */
  public <V> V accepted(Supplier<V> value) {
    return Misuse.accepted(spec, value);
  }

  /**
   * A wrong call.
   *
   * @param message what is wrong
   * @return to be thrown
   */
  public ParameterException misused(String message) {
    return Misuse.of(spec, message);
  }
}
