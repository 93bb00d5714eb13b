// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.cli.reconstruct.PaintedRecord.Painted;
import org.mindeye.cli.reconstruct.PaintedRecord.Picture;
import org.mindeye.cli.report.Thumbnail;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.ReportImage;

/** A page with a row for each response: what was seen, the blurry start, and what was painted. */
final class ContactSheet {
  /** Each picture takes some fifty kilobytes. */
  static final int MOST_ROWS = 200;

  private final PaintedFolder folder;
  private final Map<String, Trial> trials = new LinkedHashMap<>();

  /**
   * A sheet.
   *
   * @param folder what is painted
   * @param seen the responses and what was seen
   */
  ContactSheet(PaintedFolder folder, List<Trial> seen) {
    this.folder = folder;
    seen.forEach(trial -> trials.put(trial.key(), trial));
  }

  /** Replaces the page. */
  void write() throws IOException {
    List<Picture> done =
        folder.record().pictures().stream().filter(p -> trials.containsKey(p.key())).toList();
    PaintingRequest request = folder.record().request();
    HtmlReport report =
        HtmlReport.titled("Reconstructed pictures").subtitle(subtitle(done.size(), request));
    List<Picture> shown = done.subList(0, Math.min(MOST_ROWS, done.size()));
    if (shown.size() < done.size()) {
      report.note("The first " + shown.size() + "; the folder has all.");
    }
    if (!shown.isEmpty()) {
      report.images(grid(shown, request));
    }
    report.write(folder.sheet());
  }

  private static String subtitle(int count, PaintingRequest request) {
    var how = request.painting();
    return String.format(
        Locale.ROOT,
        "Subject %d, %s split: %s. %s, guidance %s, strength %s, %s from seed %d on.",
        request.subject(),
        request.split(),
        Plural.of(count, "picture"),
        Plural.of(how.steps(), "step"),
        how.guidance(),
        how.strength(),
        Plural.of(how.candidates(), "candidate"),
        how.seed());
  }

  private ImageGrid grid(List<Picture> shown, PaintingRequest request) throws IOException {
    boolean blurry = shown.stream().anyMatch(picture -> picture.blurry() != null);
    boolean all = request.everyCandidate();
    List<String> headings = new ArrayList<>(List.of("seen"));
    if (blurry) {
      headings.add("blurry");
    }
    headings.add(request.painting().candidates() > 1 ? "chosen" : "painted");
    for (int i = 1; all && i < request.painting().candidates(); i++) {
      headings.add(i + 1 + ".");
    }
    ImageGrid grid =
        ImageGrid.of(
            request.painting().candidates() > 1
                ? "Below each picture its seed, and its cosine with what the brain says"
                : "Below each picture its seed",
            headings.toArray(String[]::new));
    for (Picture picture : shown) {
      List<ReportImage> row = new ArrayList<>();
      row.add(
          Thumbnail.of(
              trials.get(picture.key()).image().toBufferedImage(),
              "seen picture of " + picture.key()));
      if (blurry) {
        row.add(stored(picture.blurry(), "blurry start of " + picture.key()));
      }
      row.add(
          stored(picture.file(), "reconstruction of " + picture.key())
              .withCaption(caption(picture.chosen())));
      for (int i = 1; all && i < picture.candidates().size(); i++) {
        Painted other = picture.candidates().get(i);
        row.add(
            stored(other.file(), "candidate " + (i + 1) + " of " + picture.key())
                .withCaption(caption(other)));
      }
      grid.row(picture.key(), row.toArray(ReportImage[]::new));
    }
    return grid;
  }

  private static String caption(Painted painted) {
    String seed = "seed " + painted.seed();
    return painted.score() == null
        ? seed
        : seed + String.format(Locale.ROOT, ", %.3f", painted.score());
  }

  private ReportImage stored(String file, String words) throws IOException {
    SampleOrigin origin = new SampleOrigin(folder.toString(), file);
    byte[] bytes = Files.readAllBytes(folder.file(file));
    return Thumbnail.of(
        EncodedImage.of(origin, bytes, ImageLimits.DEFAULT).toBufferedImage(), words);
  }
}
