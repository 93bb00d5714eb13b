// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.formats.io.StagedFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mindeye world export autoencoder}: a file for commands that take one. */
@Command(
    name = "autoencoder",
    description =
        "Writes the trained autoencoder of the small world, 64x64 scenes to 4x16x16 latents: for"
            + " `mindeye train-lowlevel` and `mindeye forward vae-encode`.",
    mixinStandardHelpOptions = true)
final class ExportAutoencoderCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "A safetensors file; replaced if it exists.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    OutputFile.requireFolder(out);
    StagedFile.write(out, SmallWorld.autoencoderFile());
    return 0;
  }
}
