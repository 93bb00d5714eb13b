// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.List;
import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.report.BarChart;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.KeyNumber;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.Table;
import org.mindeye.evaluation.report.ValueFormat;

/** What the reports for people say about a trained model on the test split. */
public final class EvaluationSections {
  private static final String[] COLUMNS = {"seen", "1st", "2nd", "3rd", "4th", "5th"};

  private final HtmlReport report;
  private final Evaluation evaluation;
  private final String clip;

  /**
   * Prepares.
   *
   * @param report gets the sections
   * @param evaluation what they show
   * @param clip what kind of CLIP made the targets: where it is first named, it is named so
   */
  public EvaluationSections(HtmlReport report, Evaluation evaluation, String clip) {
    this.report = report;
    this.evaluation = evaluation;
    this.clip = clip;
  }

  /** Adds everything, in the order a reader needs it. */
  public void add() {
    headline();
    pictures();
    comparison();
    evaluation.prior().ifPresent(effect -> PriorSection.add(report, effect));
    evaluation.leftOut().forEach(reason -> report.note("Left out: " + reason));
  }

  private void headline() {
    MethodScores own = evaluation.mindEye();
    int pool = own.pools().config().poolSize();
    KeyNumber brain =
        new KeyNumber(
            "Brain to image",
            percent(own.pools().brainToImage().mean()),
            "top-1 among " + Plural.of(pool, "picture"));
    KeyNumber image =
        new KeyNumber(
            "Image to brain",
            percent(own.pools().imageToBrain().mean()),
            "top-1 among " + pool + " brain responses");
    KeyNumber chance = new KeyNumber("Chance", percent(own.pools().chance()), "1 in " + pool);
    evaluation
        .scores(Method.RIDGE)
        .ifPresentOrElse(
            ridge -> report.keyNumbers(brain, image, ridgeNumber(ridge), chance),
            () -> report.keyNumbers(brain, image, chance));
  }

  private static KeyNumber ridgeNumber(MethodScores ridge) {
    return new KeyNumber(
        ridge.method().title(),
        percent(ridge.pools().brainToImage().mean())
            + " / "
            + percent(ridge.pools().imageToBrain().mean()),
        "the linear baseline, both directions");
  }

  private void pictures() {
    DirectionScores brains = evaluation.mindEye().all().brainToImage();
    int missed = brains.size() - brains.hits().hits();
    report.section("What was seen, and what was found");
    report.paragraph(
        text(
            "Each row starts with a picture of the test split. From the mean of the brain's"
                + " responses to it, the trained pipeline looks for the nearest of all %d test"
                + " pictures, by the cosine with the tokens of %s, which is below each. A framed"
                + " picture is the one that was seen. Over the whole split it comes first %s,"
                + " and later %s%s.",
            brains.size(),
            clip,
            Plural.of(brains.hits().hits(), "time"),
            Plural.of(missed, "time"),
            missed == 0 ? "" : ", of which the worst are shown, too"));
    ImageGrid found = ImageGrid.of("Found: the first of the test split that are", COLUMNS);
    ImageGrid lost = ImageGrid.of("Missed: the worst ranks of all", COLUMNS);
    for (Example example : evaluation.examples()) {
      String name = "sample " + example.sample();
      if (example.isFound()) {
        found.row(name, row(example));
      } else {
        lost.row(text("%s: rank %d of %d", name, example.rank(), brains.size()), row(example));
      }
    }
    if (missed < brains.size()) {
      report.images(found);
    }
    if (missed > 0) {
      report.images(lost);
    }
  }

  private ReportImage[] row(Example example) {
    ReportImage[] images = new ReportImage[example.nearest().size() + 1];
    images[0] = image(example.sample(), "seen picture");
    for (int i = 1; i < images.length; i++) {
      Neighbor neighbor = example.nearest().get(i - 1);
      boolean right = trial((int) neighbor.id()).cocoId() == trial(example.sample()).cocoId();
      ReportImage found = image((int) neighbor.id(), "picture found");
      String score = text("%.3f", neighbor.score());
      images[i] =
          right ? found.withCaption(score + ", seen").highlight() : found.withCaption(score);
    }
    return images;
  }

  private ReportImage image(int sample, String what) {
    return ReportImage.of(
        trial(sample).image().encoded().bytes(), what + ", test sample " + sample);
  }

  private Trial trial(int sample) {
    return evaluation.test().trials().get(sample);
  }

  private void comparison() {
    int all = evaluation.test().size();
    report.section("Compared with the alternatives");
    BarChart.Builder bars =
        BarChart.builder(
            text("Top-1 among all %s", Plural.of(all, "test picture")),
            "top-1, with the 95 % interval of another draw of pictures");
    for (MethodScores scores : evaluation.methods()) {
      if (scores.method() != Method.REPEATS) { // The others' differences would shrink next to it.
        bar(bars, scores, "brain to image", scores.all().brainToImage());
        bar(bars, scores, "image to brain", scores.all().imageToBrain());
      }
    }
    double chance = evaluation.mindEye().all().brainToImage().chance(1);
    bars.reference("chance", chance).format(ValueFormat.PERCENT);
    report.charts(bars.build()).table(table());
    report.paragraph(intervals());
    evaluation.comparison().ifPresent(this::verdict);
    report.note(names());
    evaluation.ridge().ifPresent(ridge -> report.charts(grid(ridge)));
  }

  private static void bar(
      BarChart.Builder bars, MethodScores scores, String name, DirectionScores direction) {
    var hits = direction.hits();
    bars.bar(scores.method().title(), name, hits.share(), hits.low(), hits.high());
  }

  private Table table() {
    var pools = evaluation.mindEye().pools();
    String among = "Among " + pools.config().poolSize() + ", ";
    String all = "Among all " + evaluation.test().size() + ", ";
    Table table =
        pools.isWholeSet()
            ? Table.of(
                "Top-1 on the test split",
                "Method",
                all + "brain to image",
                all + "image to brain",
                "Top-5, brain to image",
                "Median rank")
            : Table.of(
                "Top-1 on the test split",
                "Method",
                among + "brain to image",
                among + "image to brain",
                all + "brain to image",
                all + "image to brain",
                "Median rank");
    evaluation.methods().forEach(scores -> table.row(cells(scores)));
    return table;
  }

  private static String[] cells(MethodScores scores) {
    DirectionScores brain = scores.all().brainToImage();
    String rank = text("%.1f", brain.medianRank());
    String brains = Figures.percent(brain.hits());
    String images = Figures.percent(scores.all().imageToBrain().hits());
    return scores.pools().isWholeSet()
        ? new String[] {scores.method().title(), brains, images, percent(brain.top5()), rank}
        : new String[] {
          scores.method().title(),
          Figures.percent(scores.pools().brainToImage()),
          Figures.percent(scores.pools().imageToBrain()),
          brains,
          images,
          rank
        };
  }

  /** What every interval is of. */
  private String intervals() {
    var pools = evaluation.mindEye().pools();
    int repeated = evaluation.repeatedImages();
    String whole =
        "in brackets, the exact 95 % interval of another draw of as many pictures; it takes the"
            + " pictures as independent, and does not show which of two methods is better on the"
            + " same ones.";
    String text =
        pools.isWholeSet()
            ? text("The pool is the whole test split of %d; ", evaluation.test().size()) + whole
            : text(
                    "Among %d: the mean of %s of the test pictures, ± the 95 %% interval"
                        + " of the draw of the pools alone. Among all: ",
                    pools.config().poolSize(),
                    Plural.of(pools.config().repetitions(), "random pool"))
                + whole;
    return repeated == 0
        ? text
        : text
            + text(
                " %d of the samples show a picture that an earlier one shows, too: any sample of"
                    + " the right picture counts as right.",
                repeated);
  }

  private void verdict(Comparison comparison) {
    report.paragraph(
        comparison.sentence()
            + " "
            + Comparison.sentence("Brain to image", comparison.brainToImage())
            + " "
            + Comparison.sentence("Image to brain", comparison.imageToBrain())
            + " Both methods looked at the same pictures, so only those count that one of them"
            + " finds and the other does not (exact McNemar test, two-sided). The ranks of every"
            + " picture are in report.json.");
  }

  private String names() {
    StringBuilder text =
        new StringBuilder(
            "The paper calls image-to-brain rows \"image retrieval\" and brain-to-image rows"
                + " \"brain retrieval\".");
    if (evaluation.scores(Method.REPEATS).isPresent()) {
      text.append(
          " \"Repeat to repeat\" has no model and no picture: the first response to each picture"
              + " looks for the mean of the others, by correlation over all voxels.");
    }
    evaluation
        .ceiling()
        .ifPresent(
            ceiling ->
                text.append(
                    text(
                        " The median voxel's noise ceiling is %.0f %% of the variance of a mean of"
                            + " %s (from the repeats of %s).",
                        ceiling.medianPercent(),
                        Plural.of(ceiling.repeats(), "response"),
                        Plural.of(ceiling.pictures(), "test picture"))));
    if (evaluation.scores(Method.NOISE_CEILING).isPresent()) {
      text.append(
          " The row \"Noise ceiling\" is an ideal observer that knows every picture's noise-free"
              + " response and each voxel's noise: only a simulated world has one.");
    }
    return text.toString();
  }

  private static LineChart grid(RidgeBaseline ridge) {
    List<RidgeRegression.GridPoint> grid = ridge.grid();
    return LineChart.builder(
            text(
                "Ridge: penalty chosen on the validation split, 10^%.1f",
                Math.log10(ridge.lambda())),
            "log10 of the penalty",
            "validation top-1")
        .series(
            "ridge",
            grid.stream().mapToDouble(p -> Math.log10(p.lambda())).toArray(),
            grid.stream().mapToDouble(RidgeRegression.GridPoint::score).toArray())
        .format(ValueFormat.PERCENT)
        .build();
  }

  /** Number and sign stay in one line. */
  private static String percent(double share) {
    return text("%.1f\u00a0%%", 100 * share);
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
