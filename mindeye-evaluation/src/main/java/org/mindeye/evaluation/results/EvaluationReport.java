// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.evaluation.SimilarityMatrix;
import org.mindeye.evaluation.report.Chart;
import org.mindeye.evaluation.report.HeatMap;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.formats.io.StagedFile;

/**
 * How well pictures were found and painted: a page that needs nothing else, and its table of scores
 * as JSON, CSV, LaTeX and Markdown. Each method adds a section; what else there is to say goes to
 * the {@link #page()} between them. Not safe for concurrent use.
 *
 * <pre>{@code
 * EvaluationReport.titled("Subject 1")
 *     .scores(table, Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN)
 *     .similarity(matrix)
 *     .write(Path.of("reports"));
 * }</pre>
 */
public final class EvaluationReport {
  /** The name of the page. */
  public static final String PAGE = "report.html";

  private static final String SCORES = "scores";

  private final HtmlReport page;
  private ScoreTable scores;

  private EvaluationReport(HtmlReport page) {
    this.page = page;
  }

  /**
   * Starts a report.
   *
   * @param title the heading of the page
   * @return a report without sections
   */
  public static EvaluationReport titled(String title) {
    return new EvaluationReport(HtmlReport.titled(title));
  }

  /**
   * The page, for whatever else belongs on it.
   *
   * @return what the sections are added to
   */
  public HtmlReport page() {
    return page;
  }

  /**
   * Adds the section with the table of scores, which is also written as files.
   *
   * @param table of all methods
   * @param charted metrics that are also drawn as bars; none for no chart
   * @return this report
   * @throws IllegalStateException if the report has a table already
   */
  public EvaluationReport scores(ScoreTable table, Metric... charted) {
    return scores(table, List.of(), charted);
  }

  /**
   * The same, with methods that the files have, too, but that are shown elsewhere on the page, as
   * their scores are others.
   *
   * @param table of all methods that the section shows
   * @param elsewhere the others
   * @param charted metrics that are also drawn as bars; none for no chart
   * @return this report
   * @throws IllegalStateException if the report has a table already
   */
  public EvaluationReport scores(
      ScoreTable table, List<ScoredMethod> elsewhere, Metric... charted) {
    if (scores != null) {
      throw new IllegalStateException(
          "scores: the report has its table already, '" + scores.title() + "'");
    }
    scores = table.with(elsewhere);
    page.section("Scores");
    if (charted.length > 0) {
      page.charts(table.chart(table.title(), charted));
    }
    page.table(table.toTable());
    page.paragraph(
        "↑ marks scores of which more is better, ↓ those of which less is. In brackets, where it is"
            + " known, the 95 % interval.");
    return this;
  }

  /**
   * Adds the section of what a search found.
   *
   * @param grids those without a query are left out
   * @return this report
   */
  public EvaluationReport retrieval(RetrievalGrid... grids) {
    page.section("What was seen, and what was found");
    page.paragraph(
        "Each row starts with the picture that the brain saw. Behind it are the pictures that were"
            + " found for the brain's response, the nearest first, with their similarity below. A"
            + " framed picture is the one that was seen.");
    Stream.of(grids).filter(grid -> !grid.isEmpty()).forEach(grid -> page.images(grid.toImages()));
    return this;
  }

  /**
   * Adds a section of the best pictures, those around the median, and the worst.
   *
   * @param heading of the section
   * @param scores of all pictures
   * @param metric by which they are ranked
   * @param each how many of each, at least 1
   * @param columns what the images of a row are, for example "seen" and "painted"
   * @param images of a picture by its position, at most one per column
   * @return this report
   */
  public EvaluationReport pictures(
      String heading,
      PictureScores scores,
      Metric metric,
      int each,
      List<String> columns,
      IntFunction<List<ReportImage>> images) {
    List<PictureScores.Pick> picks = scores.picks(metric, each);
    page.section(heading);
    page.paragraph(
        "Of "
            + Plural.of(scores.size(), "picture")
            + ", sorted by "
            + metric.title()
            + ", these are the best, those in the middle and the worst.");
    ImageGrid grid = ImageGrid.of("By " + metric.heading(), columns.toArray(String[]::new));
    for (PictureScores.Pick pick : picks) {
      String name =
          pick.place().name().toLowerCase(Locale.ROOT)
              + ": "
              + scores.name(pick.picture())
              + ", "
              + metric.write(scores.values(metric)[pick.picture()]);
      grid.row(name, images.apply(pick.picture()).toArray(ReportImage[]::new));
    }
    page.images(grid);
    return this;
  }

  /**
   * Adds the table of every picture's scores, which a reader can sort.
   *
   * @param scores of all pictures
   * @return this report
   */
  public EvaluationReport everyPicture(PictureScores scores) {
    page.section("Every picture");
    page.table(
        scores.toTable("Scores of " + Plural.of(scores.size(), "picture") + "; a heading sorts"));
    return this;
  }

  /**
   * Adds the heat map of similarities.
   *
   * @param matrix row i and column i belong together
   * @return this report
   */
  public EvaluationReport similarity(SimilarityMatrix matrix) {
    page.section("Similarities");
    page.paragraph(
        "Row i and column i belong together. Where retrieval works, the diagonal is brighter than"
            + " the rest of its row and of its column; a bright column is a picture that is near to"
            + " everything.");
    page.charts(
        HeatMap.of(
            "Similarity of each " + matrix.rowName() + " to each " + matrix.columnName(), matrix));
    return this;
  }

  /**
   * Adds what the diffusion prior does to the tokens.
   *
   * @param tokens their closeness to the seen picture's, before the prior, after it, and of what
   *     there is to compare with; all have the metric
   * @param closeness the metric
   * @param each the closeness of every picture: each of its metrics is one kind of tokens
   * @return this report
   */
  public EvaluationReport prior(ScoreTable tokens, Metric closeness, PictureScores each) {
    page.section("What the prior adds");
    List<Chart> charts = new ArrayList<>(List.of(tokens.chart(tokens.title(), closeness)));
    LineChart.Builder lines =
        LineChart.builder(
            "Of every picture, each kind in its own order",
            "pictures, from the best to the worst",
            closeness.title());
    for (Metric kind : each.metrics()) {
      double[] values = each.values(kind);
      lines.series(kind.title(), each.ranked(kind).stream().mapToDouble(i -> values[i]).toArray());
    }
    charts.add(lines.format(closeness.format()).build());
    page.charts(charts.toArray(Chart[]::new));
    page.table(tokens.toTable());
    return this;
  }

  /**
   * The files of a report with a table of scores.
   *
   * @param folder where it is written
   * @return the page first
   */
  public static List<Path> files(Path folder) {
    Stream<String> tables =
        Stream.of(ScoreFormat.values()).map(format -> SCORES + "." + format.extension());
    return Stream.concat(Stream.of(PAGE), tables).map(folder::resolve).toList();
  }

  /**
   * Writes the page, and the table of scores as {@code scores.json}, {@code .csv}, {@code .tex} and
   * {@code .md}. Each file replaces one of its name in one step, the page last.
   *
   * @param folder an existing folder
   * @return the page
   * @throws IOException if a file cannot be written
   */
  public Path write(Path folder) throws IOException {
    if (scores != null) {
      for (ScoreFormat format : ScoreFormat.values()) {
        StagedFile.write(
            folder.resolve(SCORES + "." + format.extension()),
            format.write(scores).getBytes(StandardCharsets.UTF_8));
      }
    }
    Path file = folder.resolve(PAGE);
    page.write(file);
    return file;
  }
}
