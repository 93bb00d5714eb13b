// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.GalleryPart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye gallery info}: what a gallery is. */
@Command(
    name = "info",
    description = {
      "Prints what a gallery is: its parts, the CLIP encoder that made it, and pictures that are"
          + " not part of it yet."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--gallery", paramLabel = "DIR", required = true, description = "Its folder.")
  private Path gallery;

  @Option(
      names = "--verify",
      description =
          "Read every file of its parts, and compare it with its sum; pictures have none.")
  private boolean verify;

  @Option(names = "--json", description = "Print it for programs.")
  private boolean json;

  /**
   * For programs.
   *
   * @param vectors how many there are
   * @param origin what they are; null where there is no gallery yet
   * @param parts in the order of their ids
   * @param missing vectors of an addition that was stopped between two parts
   * @param encoding what is half done; null if nothing is
   */
  private record Info(
      long vectors,
      @MayBeAbsent GalleryOrigin origin,
      List<GalleryPart> parts,
      long missing,
      @MayBeAbsent EncodingRecord encoding) {}

  @Override
  public Integer call() throws IOException {
    boolean begun = EncodingFolder.isIn(gallery);
    GalleryFolder folder =
        begun && !GalleryFolder.isOne(gallery) ? null : GalleryFolder.read(gallery);
    if (verify && folder != null) {
      folder.verify();
    }
    Info info =
        new Info(
            folder == null ? 0 : folder.size(),
            folder == null ? null : folder.origin(),
            folder == null ? List.of() : folder.parts(),
            folder == null ? 0 : folder.missing(),
            begun ? EncodingFolder.read(gallery) : null);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? DocumentWriter.text(info) : text(info));
    out.flush();
    return 0;
  }

  private String text(Info info) {
    StringBuilder text = new StringBuilder();
    if (info.origin != null) {
      GalleryOrigin origin = info.origin;
      line(text, "vectors: %d of %s", info.vectors, Plural.of(origin.space().size(), "number"));
      line(text, "space: %s", origin.space());
      line(text, "encoder: %s", origin.encoder().map(ClipFingerprint::weights).orElse("not known"));
      for (GalleryPart part : info.parts) {
        line(
            text,
            "%s: %s, %s, of %s%s",
            part.name(),
            Plural.of(part.count(), "vector"),
            part.kind().name().toLowerCase(Locale.ROOT),
            part.source(),
            part.pictures() == null ? "" : " in " + part.pictures());
      }
    }
    if (info.missing > 0) {
      line(text, "not added yet: %s of the last addition", Plural.of(info.missing, "vector"));
    }
    if (info.encoding != null) {
      EncodingRecord half = info.encoding;
      line(
          text,
          "not part of it yet: %d of %s in %s encoded",
          half.looked(),
          Plural.of(half.request().count(), "picture"),
          half.request().pictures());
    }
    return text.append(verify ? verified(info) : "").toString().stripTrailing();
  }

  private static String verified(Info info) {
    if (info.parts.isEmpty()) {
      return "there is nothing to verify yet";
    }
    return info.parts.stream().allMatch(part -> part.pictures() == null)
        ? "all files are as they were written"
        : "all files of the parts are as they were written; pictures were not looked at";
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
  }
}
