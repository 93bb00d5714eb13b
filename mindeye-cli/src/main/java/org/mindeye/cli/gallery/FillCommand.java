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

/** A command that puts vectors into a gallery. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class FillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--gallery", paramLabel = "DIR", required = true, description = "Its folder.")
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
    require(writer);
    writer.write(device, precision);
    return 0;
  }

  /** Refuses a folder that is not what the command needs. */
  abstract void require(GalleryWriter writer) throws IOException;

  /** {@code mindeye gallery build}: a new gallery. */
  @Command(
      name = "build",
      description = {
        "Builds a gallery in a new folder: from a folder of pictures or the pictures of a data set,"
            + " which --clip encodes, from embeddings, or from a folder of clip-retrieval.",
        "Pictures of a data set are copied into the gallery, so that pages can show them; without"
            + " --split, those of all splits.",
        "Beside embeddings, --clip says which encoder made them, so that others are refused.",
        "Ctrl-C and SIGTERM end the encoding of pictures after the batch; the same command goes on."
      })
  static final class Build extends FillCommand {
    @Override
    void require(GalleryWriter writer) throws IOException {
      writer.requireNew();
    }
  }

  /** {@code mindeye gallery add}: more of a gallery. */
  @Command(
      name = "add",
      description = {
        "Adds pictures or embeddings to a gallery, as a part with an index of its own. They have to"
            + " be of the CLIP encoder that made it; searches go through all parts.",
        "Pictures of a data set are copied into the gallery, so that pages can show them; without"
            + " --split, those of all splits.",
        "Beside embeddings, --clip says which encoder made them, so that others are refused.",
        "Ctrl-C and SIGTERM end the encoding of pictures after the batch; the same command goes on."
      })
  static final class Add extends FillCommand {
    @Override
    void require(GalleryWriter writer) throws IOException {
      writer.requireThere();
    }
  }
}
