// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye gallery build}: a new gallery. */
@Command(
    name = "build",
    description = {
      "Builds a gallery from a folder of pictures, which --clip encodes, from embeddings, or from a"
          + " folder of clip-retrieval.",
      "Beside embeddings, --clip says which encoder made them, so that others are refused.",
      "Ctrl-C and SIGTERM end the encoding of pictures after the batch; the same command goes on."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--gallery",
      paramLabel = "DIR",
      required = true,
      description = "Its folder, which must not exist.")
  private Path gallery;

  @Mixin(name = "What goes in")
  private SourceOptions source = new SourceOptions();

  @Mixin(name = "Index")
  private IndexOptions index = new IndexOptions();

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "Of the tower: FLOAT32 (default), BFLOAT16, or fastest.")
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Override
  public Integer call() throws IOException {
    source.requireSense(spec);
    index.requireSense(spec);
    Console console = new Console(System.err, Terminal.isInteractive());
    GalleryWriter writer = new GalleryWriter(spec, gallery, source, index, console);
    writer.requireNew();
    writer.write(device, precision);
    return 0;
  }
}
