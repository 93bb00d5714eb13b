// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.SavingOptions;
import org.mindeye.core.engine.Torch;
import org.mindeye.training.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye world train autoencoder}: scenes to latents and back. */
@Command(
    name = "autoencoder",
    description = {
      "Trains the small world's autoencoder, 64x64 scenes to 4x16x16 latents, on scenes of its own,"
          + " and scores it on test scenes.",
      "Writes model.safetensors (float16), scores.json, run.json, log.jsonl, epochs.csv and"
          + " checkpoints/ to the output folder. Ctrl-C saves; --resume goes on."
    },
    mixinStandardHelpOptions = true)
final class TrainAutoencoderCommand implements Callable<Integer> {
  private static final Set<String> WITH_RESUME =
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
          "Go on with the run in this folder; only --device, --keep and --checkpoint-every-... may"
              + " change.")
  private Path resume;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 8192 training scenes (" + WorldAutoencoder.EPOCHS + ").")
  private Integer epochs;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same weights (42).")
  private Long seed;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  @Override
  public Integer call() throws IOException {
    Console console = new Console(System.err, Terminal.isInteractive());
    if (resume != null) {
      requireNothingElse();
      RunFolder folder = RunFolder.at(resume);
      WorldAutoencoder begun = WorldAutoencoder.of(folder);
      WorldAutoencoder going =
          Misuse.accepted(spec, () -> begun.goingOn(device, saving.over(begun.checkpoints())));
      new AutoencoderRun(going, folder, where(going), console).resume();
      return 0;
    }
    if (out == null) {
      throw Misuse.of(spec, "a new run needs --out");
    }
    WorldAutoencoder asked = Misuse.accepted(spec, this::asked);
    Device where = where(asked);
    RunFolder folder = RunFolder.at(out);
    folder.requireUnused();
    new AutoencoderRun(asked, folder, where, console).start();
    return 0;
  }

  private WorldAutoencoder asked() {
    return WorldAutoencoder.standard(
        epochs == null ? WorldAutoencoder.EPOCHS : epochs,
        seed == null ? WorldAutoencoder.SEED : seed,
        device == null ? "cpu" : device,
        saving.over(SavingConfig.standard()));
  }

  private Device where(WorldAutoencoder run) {
    return Misuse.accepted(spec, () -> Torch.device(run.device()));
  }

  private void requireNothingElse() {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(option -> option.longestName())
            .filter(name -> !WITH_RESUME.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw Misuse.of(
          spec,
          "--resume takes everything from "
              + RunFolder.at(resume).description()
              + ": leave out "
              + others);
    }
  }
}
