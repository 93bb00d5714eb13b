// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.cli.retrieve.Findings.Finding;
import org.mindeye.cli.retrieve.Findings.Hit;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.Table;
import org.mindeye.formats.io.StagedFile;

/** Findings as a table, for programs, and as a page. */
final class FindingsOutput {
  /** Each row of pictures takes some ten kilobytes and more. */
  static final int MOST_ON_A_PAGE = 200;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Findings findings;

  FindingsOutput(Findings findings) {
    this.findings = findings;
  }

  /** A line per picture found. */
  String table() {
    int queries = width(findings.all().stream().map(f -> f.query().name()).toList(), "query");
    int names =
        width(
            findings.all().stream()
                .flatMap(f -> f.hits().stream().map(hit -> hit.picture().name()))
                .toList(),
            "picture");
    String format = "%-" + queries + "s  %4s  %-" + names + "s  %7s  %s";
    StringBuilder text = new StringBuilder();
    line(text, format, "query", "rank", "picture", "cosine", "");
    for (Finding finding : findings.all()) {
      for (int i = 0; i < finding.hits().size(); i++) {
        Hit hit = finding.hits().get(i);
        line(
            text,
            format,
            finding.query().name(),
            i + 1,
            hit.picture().name(),
            cosine(hit),
            hit.seen() ? "seen" : "");
      }
    }
    return text.append(summary()).toString();
  }

  private static int width(List<String> texts, String heading) {
    int longest = texts.stream().mapToInt(String::length).max().orElse(0);
    return Math.max(longest, heading.length());
  }

  private static void line(StringBuilder text, String format, Object... cells) {
    text.append(String.format(Locale.ROOT, format, cells).stripTrailing());
    text.append(System.lineSeparator());
  }

  private static String cosine(Hit hit) {
    return String.format(Locale.ROOT, "%.3f", hit.cosine());
  }

  /** One sentence. */
  String summary() {
    long first = findings.firstHits();
    String what =
        String.format(
            Locale.ROOT,
            "%s, each compared with %s",
            Plural.of(findings.all().size(), "response"),
            Plural.of(findings.gallery(), "picture"));
    return first < 0
        ? what
        : what + String.format(Locale.ROOT, ", and the seen one came first for %d", first);
  }

  /** Holds no time and no path. */
  void writeJson(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("gallery", findings.gallery());
    ArrayNode queries = root.putArray("queries");
    for (Finding finding : findings.all()) {
      ObjectNode query = queries.addObject().put("query", finding.query().name());
      if (finding.query().seen() != null) {
        query.put("coco_id", finding.query().seen().cocoId());
      }
      ArrayNode found = query.putArray("found");
      for (Hit hit : finding.hits()) {
        ObjectNode node = found.addObject().put("picture", hit.picture().name());
        if (hit.picture().cocoId() != null) {
          node.put("coco_id", hit.picture().cocoId()).put("seen", hit.seen());
        }
        node.put("cosine", hit.cosine());
      }
    }
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  /** Pictures where there are some, else names. */
  void writeHtml(Path file) throws IOException {
    HtmlReport report = HtmlReport.titled("Retrieved pictures").subtitle(summary() + ".");
    List<Finding> shown =
        findings.all().subList(0, Math.min(MOST_ON_A_PAGE, findings.all().size()));
    if (shown.size() < findings.all().size()) {
      report.note(
          "The first "
              + Plural.of(shown.size(), "response")
              + "; the table and the JSON have all.");
    }
    boolean pictures = shown.get(0).hits().get(0).picture().image() != null;
    if (pictures) {
      report.images(grid(shown));
    } else {
      report.table(names(shown));
    }
    report.write(file);
  }

  private static ImageGrid grid(List<Finding> shown) {
    boolean seen = shown.get(0).query().seen() != null;
    List<String> headings = new ArrayList<>(ranks(shown));
    if (seen) {
      headings.add(0, "seen");
    }
    ImageGrid grid =
        ImageGrid.of(
            "The nearest pictures, with the cosine below; a frame marks the seen one",
            headings.toArray(String[]::new));
    for (Finding finding : shown) {
      List<ReportImage> images = new ArrayList<>();
      if (seen) {
        byte[] bytes = finding.query().seen().image().encoded().bytes();
        images.add(ReportImage.of(bytes, "seen picture of " + finding.query().name()));
      }
      for (Hit hit : finding.hits()) {
        String caption = hit.picture().name() + ", " + cosine(hit);
        ReportImage image =
            ReportImage.of(hit.picture().image().encoded().bytes(), hit.picture().name())
                .withCaption(hit.seen() ? caption + ", seen" : caption);
        images.add(hit.seen() ? image.highlight() : image);
      }
      grid.row(finding.query().name(), images.toArray(ReportImage[]::new));
    }
    return grid;
  }

  private static Table names(List<Finding> shown) {
    List<String> headings = new ArrayList<>(ranks(shown));
    headings.add(0, "response");
    Table table = Table.of("The nearest, with their cosine", headings.toArray(String[]::new));
    for (Finding finding : shown) {
      List<String> cells = new ArrayList<>();
      cells.add(finding.query().name());
      for (Hit hit : finding.hits()) {
        cells.add(hit.picture().name() + " (" + cosine(hit) + (hit.seen() ? ", seen)" : ")"));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static List<String> ranks(List<Finding> shown) {
    return IntStream.rangeClosed(1, shown.get(0).hits().size())
        .mapToObj(rank -> String.format(Locale.ROOT, "%d.", rank))
        .toList();
  }
}
