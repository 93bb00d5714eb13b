// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.cli.evaluate.PictureFiles;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.Table;

/** What was found as a page: pictures where they are still there, else names. */
final class GalleryPage {
  /** Each row of pictures takes some ten kilobytes and more. */
  private static final int MOST = 200;

  private final GalleryHits hits;
  private final FoundPictures files;
  private final int shown;
  private int missing;

  GalleryPage(GalleryHits hits, FoundPictures files) {
    this.hits = hits;
    this.files = files;
    shown = Math.min(MOST, hits.queries().size());
  }

  void write(Path file) throws IOException {
    HtmlReport report = HtmlReport.titled("Found in a gallery").subtitle(hits.summary() + ".");
    if (shown < hits.queries().size()) {
      report.note("The first " + Plural.of(shown, "query") + "; the table and the JSON have all.");
    }
    boolean pictures =
        hits.found().stream()
            .flatMap(List::stream)
            .anyMatch(hit -> hit.neighbor().metadata().containsKey(Described.PICTURE));
    if (pictures) {
      ImageGrid grid = grid();
      if (missing > 0) {
        report.note(
            Plural.of(missing, "picture")
                + " could not be read where the gallery was made from; if they were moved,"
                + " --pictures says where they are now.");
      }
      report.images(grid);
    } else {
      report.table(names());
    }
    report.write(file);
  }

  private List<String> headings(String first) {
    int ranks = hits.found().stream().mapToInt(List::size).max().orElse(1);
    return Stream.concat(
            Stream.ofNullable(first), IntStream.rangeClosed(1, ranks).mapToObj(rank -> rank + "."))
        .toList();
  }

  private ImageGrid grid() throws IOException {
    boolean known = hits.queries().stream().allMatch(query -> query.image() != null);
    boolean seen = hits.queries().stream().allMatch(GalleryQuery::isSeen);
    ImageGrid grid =
        ImageGrid.of(
            "The nearest pictures, with the cosine below"
                + (seen ? "; a frame marks the seen one" : ""),
            headings(seen ? "seen" : known ? "looked for" : null).toArray(String[]::new));
    for (int i = 0; i < shown; i++) {
      GalleryQuery query = hits.queries().get(i);
      List<ReportImage> row = new ArrayList<>();
      if (known) {
        row.add(
            ReportImage.of(
                SmallPicture.of(query.image()), "what is looked for with " + query.name()));
      }
      for (GalleryHit hit : hits.found().get(i)) {
        String caption = hit.name() + ", " + hit.cosine();
        ReportImage image =
            ReportImage.of(picture(hit), hit.name())
                .withCaption(hit.seen() ? caption + ", seen" : caption);
        row.add(hit.seen() ? image.highlight() : image);
      }
      grid.row(query.name(), row.toArray(ReportImage[]::new));
    }
    return grid;
  }

  private byte[] picture(GalleryHit hit) throws IOException {
    Optional<Path> file = files.file(hit.neighbor());
    if (file.isPresent()) {
      try {
        return SmallPicture.of(PictureFiles.read(file.get()));
      } catch (MindEyeException e) {
        missing++; // a note on the page says so, and the cell shows it
        return SmallPicture.missing();
      }
    }
    missing++;
    return SmallPicture.missing();
  }

  private Table names() {
    Table table =
        Table.of("The nearest, with their cosine", headings("query").toArray(String[]::new));
    for (int i = 0; i < shown; i++) {
      List<String> cells = new ArrayList<>(List.of(hits.queries().get(i).name()));
      for (GalleryHit hit : hits.found().get(i)) {
        cells.add(hit.name() + " (" + hit.cosine() + ")");
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }
}
