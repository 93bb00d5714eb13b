// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.cli.console.Misuse;
import org.mindeye.data.Split;
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

  @Option(names = "--data", paramLabel = "DIR", description = "Holds train, val and test.")
  private Path data;

  @Option(names = "--subject", paramLabel = "N", description = "The number in the file names.")
  private Integer subject;

  @Option(names = "--split", paramLabel = "NAME", description = "train, validation or test.")
  private Split split;

  @Option(
      names = "--voxels",
      paramLabel = "NPY",
      description = "[voxels] or [samples, voxels], instead of a split.")
  private Path voxels;

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
    boolean some = data != null || subject != null || split != null;
    boolean all = data != null && subject != null && split != null;
    if (weights == null && (some || voxels != null)) {
      throw Misuse.of(spec, "responses are for a model: give its --weights");
    }
    if (weights != null && (voxels == null ? !all : some)) {
      throw Misuse.of(
          spec, "the responses come from --data, --subject and --split, or from --voxels");
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

  Path weights() {
    return weights;
  }

  Path data() {
    return data;
  }

  int subject() {
    return subject;
  }

  Split split() {
    return split;
  }

  /** Null if responses come from a split. */
  Path voxels() {
    return voxels;
  }
}
