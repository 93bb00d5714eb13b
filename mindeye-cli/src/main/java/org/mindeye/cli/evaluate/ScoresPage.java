// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mindeye.cli.report.Figures;
import org.mindeye.cli.report.Thumbnail;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.Table;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;

/** The page of an evaluation: scores, pictures from the best to the worst, and what was done. */
final class ScoresPage {
  /** How many of the best pictures are shown, and of those in the middle, and of the worst. */
  private static final int EACH = 4;

  private final ReportedScores scores;
  private final PictureSets sets;

  /**
   * Prepares.
   *
   * @param scores what was computed
   * @param sets where the pictures are; read again, and stay open
   */
  ScoresPage(ReportedScores scores, PictureSets sets) {
    this.scores = scores;
    this.sets = sets;
  }

  /** The page in UTF-8. */
  byte[] bytes() throws IOException {
    EvaluationReport report = EvaluationReport.titled("Scores of reconstructions");
    HtmlReport page = report.page();
    page.subtitle(scores.subtitle());
    scores.warnings().forEach(page::note);
    page.section("Scores");
    page.table(new ScoresText(scores).toTable("Scores beside chance"));
    if (!scores.missing().isEmpty()) {
      Table missing = Table.of("Not computed", "Metric", "Why");
      scores.missing().forEach((reason, metrics) -> missing.row(metrics, reason));
      page.table(missing);
    }
    PictureScores each = scores.pictures();
    List<Metric> ranking = ranking(each);
    Map<Integer, List<ReportImage>> shown = shown(each, ranking);
    for (Metric metric : ranking) {
      report.pictures("Pictures by " + metric.title(), each, metric, EACH, columns(), shown::get);
    }
    report.everyPicture(each);
    page.section("What was done");
    EvaluationResult result = scores.result();
    page.table(Figures.fields("The protocol", result.protocol()));
    page.table(Figures.fields("Intervals and p-values", result.statistics()));
    page.table(files(result));
    return page.toHtml().getBytes(StandardCharsets.UTF_8);
  }

  /** By pixels, and by the network that sees most. */
  private List<Metric> ranking(PictureScores each) {
    List<Metric> ranking = new ArrayList<>(List.of(Metric.PIX_CORR));
    Optional.of(Metric.CLIP).filter(each.metrics()::contains).ifPresent(ranking::add);
    return ranking;
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("seen", "painted"));
    if (sets.blurry() != null) {
      columns.add("blurry");
    }
    return columns;
  }

  /** Reads in the order of the pictures, which is fastest. */
  private Map<Integer, List<ReportImage>> shown(PictureScores each, List<Metric> ranking)
      throws IOException {
    TreeSet<Integer> picked = new TreeSet<>();
    ranking.forEach(metric -> each.picks(metric, EACH).forEach(pick -> picked.add(pick.picture())));
    Map<Integer, List<ReportImage>> images = new TreeMap<>();
    for (int picture : picked) {
      images.put(picture, images(picture));
    }
    return images;
  }

  private List<ReportImage> images(int picture) throws IOException {
    Pairing.Pair pair = scores.pairing().pairs().get(picture);
    List<ReportImage> images = new ArrayList<>();
    images.add(image(sets.originals(), pair.original(), "seen picture of " + pair.id()));
    images.add(
        image(sets.reconstructions(), pair.reconstruction(), "reconstruction of " + pair.id()));
    if (sets.blurry() != null) {
      images.add(image(sets.blurry(), pair.blurry(), "blurry picture of " + pair.id()));
    }
    return images;
  }

  private static ReportImage image(PictureSet set, int index, String words) throws IOException {
    return Thumbnail.of(set.read(index).toBufferedImage(), words);
  }

  private static Table files(EvaluationResult result) {
    Table table = Table.of("What was read", "What", "Which");
    table.row("sum of ids and pixels (SHA-256)", result.inputs().sha256());
    result.weights().forEach((metric, file) -> table.row("weights of " + metric, file));
    table.row("MindEye for the JVM", result.library());
    return table;
  }
}
