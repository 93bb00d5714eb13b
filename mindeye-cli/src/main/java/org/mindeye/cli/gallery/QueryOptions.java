// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.retrieve.BrainOptions;
import org.mindeye.cli.retrieve.BrainQueries;
import org.mindeye.cli.retrieve.TowerOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What is looked for in a gallery. */
final class QueryOptions {
  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "A picture like those to be found; several times for several; needs --clip.")
  private List<Path> pictures = List.of();

  @Mixin private TowerOptions clip = new TowerOptions();

  @Option(
      names = "--query",
      paramLabel = "NPY",
      description = "[rows, width] or [rows, tokens, width].")
  private Path query;

  @Option(
      names = "--weights",
      paramLabel = "W",
      description = "Of a model that says what a brain saw, as for retrieve.")
  private Path weights;

  @Mixin private BrainOptions responses = new BrainOptions();

  void requireSense(CommandSpec spec) {
    boolean one =
        Stream.of(!pictures.isEmpty(), query != null, weights != null)
                .filter(given -> given)
                .count()
            == 1;
    if (!one) {
      throw Misuse.of(spec, "give one of --picture, --query and --weights");
    }
    clip.requireSense(spec);
    if (clip.given() == pictures.isEmpty()) {
      throw Misuse.of(spec, "--clip encodes what --picture names: give both or neither");
    }
    if (weights != null) {
      responses.requireSense(spec);
    } else if (responses.areGiven()) {
      throw Misuse.of(spec, "responses are for a model: give its --weights");
    }
  }

  List<Path> pictures() {
    return pictures;
  }

  TowerOptions clip() {
    return clip;
  }

  /** Null if pictures or responses are looked for. */
  Path query() {
    return query;
  }

  /** Null if pictures or rows are looked for. */
  Path weights() {
    return weights;
  }

  /** Opens the responses; null if pictures or rows are looked for. */
  BrainQueries openResponses(Console console) throws IOException {
    return weights == null ? null : responses.open(console);
  }
}
