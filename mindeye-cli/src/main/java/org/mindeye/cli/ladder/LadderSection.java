// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.cli.report.PaintedScenes;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.KeyNumber;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;

/** What the report for people says about painted scenes. */
public final class LadderSection implements PaintedScenes {
  private static final int EACH = 3;

  private final LadderScores scores;
  private final List<Trial> seen;
  private final List<PaintedFiles> painted;

  /**
   * Prepares.
   *
   * @param scores of the scenes
   * @param seen the test split, which begins with the scenes
   * @param painted a file or more for each scene, in the same order
   */
  public LadderSection(LadderScores scores, List<Trial> seen, List<PaintedFiles> painted) {
    this.scores = scores;
    this.seen = seen;
    this.painted = painted;
  }

  @Override
  public List<KeyNumber> keyNumbers() {
    return List.of(
        number("Painted, by the small CLIP", LadderScoring.TOWER),
        number("Painted, by the judge", LadderScoring.JUDGE));
  }

  private KeyNumber number(String label, String metric) {
    return new KeyNumber(
        label,
        text("%.1f\u00a0%%", 100 * scores.score(Rung.WHOLE, metric).mean()),
        "two-way, " + Plural.of(scores.scenes(), "scene") + "; chance 50\u00a0%");
  }

  @Override
  public List<ScoredMethod> methods() {
    return scores.methods();
  }

  @Override
  public void pictures(EvaluationReport report) throws IOException {
    int candidates = painted.get(0).candidates().size();
    List<String> columns = new ArrayList<>(List.of("seen", "blurry", "chosen"));
    IntStream.range(1, candidates).forEach(i -> columns.add("candidate " + (i + 1)));
    PictureScores whole = scores.pictures(Rung.WHOLE);
    Map<Integer, List<ReportImage>> rows = new HashMap<>();
    for (PictureScores.Pick pick : whole.picks(Metric.PIX_CORR, EACH)) {
      rows.put(pick.picture(), row(pick.picture()));
    }
    report.pictures("Seen and painted", whole, Metric.PIX_CORR, EACH, columns, rows::get);
    report
        .page()
        .paragraph(
            text(
                "From each response the low-level network made the blurry picture, the prior the"
                    + " tokens, and the painter %s over the one from the other. The chosen one is"
                    + " that whose tokens are most like what the backbone says, with their cosine"
                    + " below; nothing here has seen the first column.",
                Plural.of(candidates, "candidate")));
  }

  private List<ReportImage> row(int scene) throws IOException {
    Trial trial = seen.get(scene);
    PaintedFiles files = painted.get(scene);
    String which = " of test sample " + scene;
    List<ReportImage> row = new ArrayList<>();
    row.add(ReportImage.of(trial.image().encoded().bytes(), "seen picture" + which));
    row.add(
        ReportImage.of(Files.readAllBytes(files.blurry().orElseThrow()), "blurry picture" + which));
    for (PaintedFiles.Candidate candidate : files.candidates()) {
      ReportImage image =
          ReportImage.of(Files.readAllBytes(candidate.file()), "painted picture" + which);
      row.add(candidate.score().map(s -> image.withCaption(text("%.3f", s))).orElse(image));
    }
    return row;
  }

  @Override
  public void ladder(HtmlReport page) {
    page.section("What each part adds to the pictures");
    ScoreTable table =
        new ScoreTable(
            text("The same %s, painted in six ways", Plural.of(scores.scenes(), "test scene")),
            scores.methods());
    page.charts(table.chart("Two-way identification", shares(table)));
    page.table(table.toTable());
    page.paragraph(
        "Two-way identification asks, for every other scene, which of two the painted picture looks"
            + " more like: by the final embedding of the small CLIP whose tokens are the targets,"
            + " and by the features of a judge, a classifier of thing, colour and place that was"
            + " trained apart and was never a target. In brackets is the 95 % interval of another"
            + " draw of scenes. The first row is the low-level network's picture itself. The others are"
            + " painted once, from noise, but for the last but one: that starts from the blurry"
            + " picture, and is the best of several by the backbone's tokens. The last row is the"
            + " painter's ceiling: no brain is between.");
    page.paragraph(
        step("The prior", Rung.PRIOR, Rung.BACKBONE, LadderScoring.JUDGE, "the judge's score")
            + " "
            + step(
                "Image-to-image and the choice among candidates",
                Rung.WHOLE,
                Rung.PRIOR,
                EvaluationProtocol.PIXCORR,
                "PixCorr")
            + " Both are differences on the same scenes.");
  }

  private static Metric[] shares(ScoreTable table) {
    return table.metrics().stream()
        .filter(m -> m.format() == ValueFormat.PERCENT)
        .toArray(Metric[]::new);
  }

  private String step(String what, Rung upper, Rung lower, String metric, String words) {
    Estimate lead = scores.lead(upper, lower, metric);
    String difference = text("%+.3f ± %.3f", lead.mean(), lead.halfWidth());
    if (lead.low() > 0) {
      return text("%s: %s is higher (%s).", what, words, difference);
    }
    return lead.high() < 0
        ? text("%s: %s is lower (%s).", what, words, difference)
        : text("%s: %s differs by no more than chance (%s).", what, words, difference);
  }

  /**
   * What the console says.
   *
   * @return a line for each rung
   */
  public String summary() {
    StringBuilder lines = new StringBuilder();
    lines.append(
        text("two-way identification of %s%n", Plural.of(scores.scenes(), "painted scene")));
    lines.append(text("%-32s %-10s %-10s %s%n", "", "small CLIP", "judge", "PixCorr"));
    for (Rung rung : Rung.values()) {
      MetricScore pixels = scores.score(rung, EvaluationProtocol.PIXCORR);
      lines.append(
          text(
              "%-32s %-10s %-10s %.3f%n",
              rung.title(),
              text("%.1f %%", 100 * scores.score(rung, LadderScoring.TOWER).mean()),
              text("%.1f %%", 100 * scores.score(rung, LadderScoring.JUDGE).mean()),
              pixels.mean()));
    }
    return lines.toString().stripTrailing();
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
