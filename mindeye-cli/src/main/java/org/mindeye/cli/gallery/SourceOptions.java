// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.data.SplitOptions;
import org.mindeye.cli.retrieve.TowerOptions;
import org.mindeye.retrieval.clip.Modality;
import org.mindeye.training.TargetLayer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What goes into a gallery. */
final class SourceOptions {
  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description = "A folder of .jpg and .png files, and the folders in it; needs --clip.")
  private Path pictures;

  @Mixin private SplitOptions data = new SplitOptions();

  @Option(
      names = "--embeddings",
      paramLabel = "NPY",
      description = "[rows, width] or [rows, tokens, width], of any size.")
  private Path embeddings;

  @Option(
      names = "--clip-retrieval",
      paramLabel = "DIR",
      description = "What clip-retrieval wrote: img_emb and metadata.")
  private Path clipRetrieval;

  @Mixin private TowerOptions clip = new TowerOptions();

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description =
          "final (default), one vector per picture, or hidden, all tokens, as most models predict"
              + " them; of pictures.")
  private TargetLayer layer;

  @Option(
      names = "--skip-damaged",
      description = "Leave out pictures that cannot be read, and say which.")
  private boolean skipDamaged;

  @Option(
      names = "--names",
      paramLabel = "FILE",
      description = "Of the embeddings, a line of text for each row.")
  private Path names;

  @Option(
      names = "--modality",
      paramLabel = "NAME",
      description = "image (default) or text, of a clip-retrieval folder.")
  private Modality modality;

  void requireSense(CommandSpec spec) {
    long sources =
        Stream.of(pictures, data.path(), embeddings, clipRetrieval)
            .filter(Objects::nonNull)
            .count();
    if (sources != 1) {
      throw Misuse.of(spec, "give one of --pictures, --data, --embeddings and --clip-retrieval");
    }
    if (data.areGiven() && !data.areOpenable()) {
      throw Misuse.of(spec, "--data needs --subject, and --subject and --split are for --data");
    }
    clip.requireSense(spec);
    if (arePictures() && !clip.given()) {
      throw Misuse.of(spec, "pictures are encoded with CLIP's image tower: give --clip");
    }
    if (!arePictures() && (layer != null || skipDamaged)) {
      throw Misuse.of(spec, "--layer and --skip-damaged are for --pictures and --data");
    }
    if (embeddings == null && names != null) {
      throw Misuse.of(spec, "--names is for --embeddings");
    }
    if (clipRetrieval == null && modality != null) {
      throw Misuse.of(spec, "--modality is for --clip-retrieval");
    }
  }

  /** Whether there is something to encode. */
  boolean arePictures() {
    return pictures != null || data.path() != null;
  }

  /** Null if there is no folder of them. */
  Path pictures() {
    return pictures;
  }

  /** Whose pictures are taken; says nothing where there is another source. */
  SplitOptions data() {
    return data;
  }

  Path embeddings() {
    return embeddings;
  }

  Path clipRetrieval() {
    return clipRetrieval;
  }

  TowerOptions clip() {
    return clip;
  }

  TargetLayer layer() {
    return layer == null ? TargetLayer.FINAL : layer;
  }

  boolean skipDamaged() {
    return skipDamaged;
  }

  /** Null if there are none. */
  Path names() {
    return names;
  }

  Modality modality() {
    return modality == null ? Modality.IMAGE : modality;
  }
}
