// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye gallery}: what is searched, kept in a folder. */
@Command(
    name = "gallery",
    description = {
      "Galleries that stay on the disk: builds one from pictures or embeddings, adds to it,"
          + " searches it by picture, embedding or brain response, and says what it is. Each has"
          + " its own command."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      FillCommand.Build.class,
      FillCommand.Add.class,
      SearchCommand.class,
      InfoCommand.class
    },
    mixinStandardHelpOptions = true)
public final class GalleryCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command; picocli fills in the rest. */
  public GalleryCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected one of the commands " + spec.subcommands().keySet());
  }
}
