// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.nio.file.Path;
import org.mindeye.cli.train.SavingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command that trains a network on scenes of many things, and on nothing else.
 *
 * @param <S> everything that makes it
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class SceneTrainCommand<S extends WorldSource<?>> extends WorldTrainCommand<S> {
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

  SceneTrainCommand(Class<S> type) {
    super(type);
  }

  @Override
  final Given given() {
    return new Given(out, resume, steps, precision, device, saving);
  }
}
