// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.OutputFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that writes a network of the small world for commands that take one. */
@Command(mixinStandardHelpOptions = true)
abstract class ExportCommand implements Callable<Integer> {
  private final WorldNetwork network;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "A safetensors file; replaced if it exists.")
  private Path out;

  ExportCommand(WorldNetwork network) {
    this.network = network;
  }

  @Override
  public Integer call() throws IOException {
    OutputFile.requireFolder(out);
    network.write(out);
    return 0;
  }

  /** {@code mindeye world export autoencoder}. */
  @Command(
      name = "autoencoder",
      description =
          "Writes the trained autoencoder of the small world, 64x64 scenes to 4x16x16 latents: for"
              + " `mindeye train-lowlevel` and `mindeye forward vae-encode`.")
  static final class Autoencoder extends ExportCommand {
    Autoencoder() {
      super(WorldNetwork.AUTOENCODER);
    }
  }

  /** {@code mindeye world export clip}. */
  @Command(
      name = "clip",
      description =
          "Writes the trained CLIP image tower of the small world, 64x64 scenes to 17 tokens of 96:"
              + " for `mindeye train`, `mindeye embed` and all that takes --clip.")
  static final class Clip extends ExportCommand {
    Clip() {
      super(WorldNetwork.CLIP);
    }
  }

  /** {@code mindeye world export painter}. */
  @Command(
      name = "painter",
      description =
          "Writes the trained UNet of the small world, 17 CLIP tokens of 96 to 4x16x16 latents: as"
              + " unet.safetensors, beside the exported autoencoder.safetensors and"
              + " clip.safetensors, for `mindeye reconstruct --weights`.")
  static final class Painter extends ExportCommand {
    Painter() {
      super(WorldNetwork.PAINTER);
    }
  }

  /** {@code mindeye world export judge}. */
  @Command(
      name = "judge",
      description =
          "Writes the classifier that judges painted scenes of the small world by thing, colour and"
              + " place, for AttributeClassifier.load.")
  static final class Judge extends ExportCommand {
    Judge() {
      super(WorldNetwork.JUDGE);
    }
  }
}
