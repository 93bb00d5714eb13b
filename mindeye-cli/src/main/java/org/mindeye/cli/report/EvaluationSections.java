// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.KeyNumber;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.RetrievalGrid;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.evaluation.statistics.Better;

/** What the reports for people say about a trained model on the test split. */
public final class EvaluationSections {
  private static final int NEAREST = 5;

  private final EvaluationReport report;
  private final HtmlReport page;
  private final Evaluation evaluation;
  private final String clip;
  private LowLevelPictures painted;
  private PaintedScenes scenes;

  /**
   * Prepares.
   *
   * @param report gets the sections
   * @param evaluation what they show
   * @param clip what kind of CLIP made the targets: where it is first named, it is named so
   */
  public EvaluationSections(EvaluationReport report, Evaluation evaluation, String clip) {
    this.report = report;
    this.page = report.page();
    this.evaluation = evaluation;
    this.clip = clip;
  }

  /**
   * Also shows the blurry pictures, and their scores.
   *
   * @param pictures of the same samples
   * @return these sections
   */
  public EvaluationSections with(LowLevelPictures pictures) {
    painted = pictures;
    return this;
  }

  /**
   * Also shows painted pictures, and their scores.
   *
   * @param shown of the same samples, or the first of them
   * @return these sections
   */
  public EvaluationSections with(PaintedScenes shown) {
    scenes = shown;
    return this;
  }

  /**
   * Adds everything, in the order a reader needs it.
   *
   * @throws IOException if a painted picture cannot be read
   */
  public void add() throws IOException {
    headline();
    if (scenes != null) {
      scenes.pictures(report);
    }
    pictures();
    comparison();
    report.similarity(evaluation.mindEye().all().brainToImage().similarity());
    evaluation.prior().ifPresent(effect -> PriorSection.add(report, effect, names()));
    if (painted != null) {
      LowLevelSection.add(report, painted);
    }
    if (scenes != null) {
      scenes.ladder(page);
    }
    report.everyPicture(everyPicture());
    page.paragraph(
        "A rank is the position of the right picture, or of the right brain, among all; 1 is the"
            + " first. The same figures are in report.json.");
    evaluation.leftOut().forEach(reason -> page.note("Left out: " + reason));
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
    List<KeyNumber> numbers = new ArrayList<>(List.of(brain, image));
    evaluation.scores(Method.RIDGE).map(EvaluationSections::ridgeNumber).ifPresent(numbers::add);
    numbers.add(chance);
    if (scenes != null) {
      numbers.addAll(scenes.keyNumbers());
    }
    page.keyNumbers(numbers.toArray(KeyNumber[]::new));
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
    RetrievalGrid found =
        RetrievalGrid.of("Found: the first such responses of the test split", NEAREST);
    RetrievalGrid lost = RetrievalGrid.of("Missed: those with the worst ranks", NEAREST);
    for (Example example : evaluation.examples()) {
      String name = "sample " + example.sample();
      (example.isFound() ? found : lost)
          .query(
              example.isFound()
                  ? name
                  : text("%s: rank %d of %d", name, example.rank(), brains.size()),
              image(example.sample(), "seen picture"),
              example.nearest().stream().map(near -> found(example, near)).toList());
    }
    report.retrieval(found, lost);
    page.paragraph(
        text(
            "The responses are means over the repeats, the pictures all %d of the test split, and"
                + " the similarity is the cosine with the tokens of %s. Over the whole split the"
                + " seen picture comes first %s, and later %s%s.",
            brains.size(),
            clip,
            Plural.of(brains.hits().hits(), "time"),
            Plural.of(missed, "time"),
            missed == 0 ? "" : ", of which the worst are shown, too"));
  }

  private RetrievalGrid.Found found(Example example, Neighbor neighbor) {
    int sample = (int) neighbor.id();
    return new RetrievalGrid.Found(
        image(sample, "picture found"),
        neighbor.score(),
        trial(sample).cocoId() == trial(example.sample()).cocoId());
  }

  private ReportImage image(int sample, String what) {
    return ReportImage.of(
        trial(sample).image().encoded().bytes(), what + ", test sample " + sample);
  }

  private Trial trial(int sample) {
    return evaluation.test().trials().get(sample);
  }

  private void comparison() {
    EvaluationTable scores = new EvaluationTable(evaluation, painted);
    List<ScoredMethod> more = scenes == null ? List.of() : scenes.methods();
    report.scores(scores.table(), more);
    page.paragraph(intervals());
    page.charts(scores.chart());
    evaluation.comparison().ifPresent(this::verdict);
    page.note(meaning());
    evaluation.ridge().ifPresent(ridge -> page.charts(grid(ridge)));
  }

  private List<String> names() {
    return IntStream.range(0, evaluation.test().size()).mapToObj(i -> "sample " + i).toList();
  }

  /** The ranks by every method that has a model, and the likeness of what was painted. */
  private PictureScores everyPicture() {
    PictureScores scores = PictureScores.of(names());
    for (MethodScores method : evaluation.methods()) {
      String key = method.method().key();
      String title = method.method().title();
      scores =
          scores
              .with(
                  rank(key + "_brain", title + ", rank of the image"),
                  ranks(method.all().brainToImage()))
              .with(
                  rank(key + "_image", title + ", rank of the brain"),
                  ranks(method.all().imageToBrain()));
    }
    return painted == null
        ? scores
        : scores
            .with(Metric.PIX_CORR, painted.each(Painter.NETWORK, PixelScores::pixCorr))
            .with(Metric.SSIM, painted.each(Painter.NETWORK, PixelScores::ssim));
  }

  private static Metric rank(String key, String title) {
    return new Metric("rank_" + key, title, ValueFormat.NUMBER, 0, Better.LOWER);
  }

  private static double[] ranks(DirectionScores direction) {
    return Arrays.stream(direction.ranks()).asDoubleStream().toArray();
  }

  /** What every interval is of. */
  private String intervals() {
    var pools = evaluation.mindEye().pools();
    int repeated = evaluation.repeatedImages();
    String whole =
        "the exact 95 % interval of another draw of as many pictures; it takes the pictures as"
            + " independent, and does not show which of two methods is better on the same ones.";
    String text =
        pools.isWholeSet()
            ? text(
                    "The pool is the whole test split of %d; in brackets, ",
                    evaluation.test().size())
                + whole
            : text(
                    "Among %d: the mean of %s of the test pictures, with the 95 %% interval of the"
                        + " draw of the pools alone. Among all: with ",
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
    page.paragraph(
        comparison.sentence()
            + " "
            + Comparison.sentence("Brain to image", comparison.brainToImage())
            + " "
            + Comparison.sentence("Image to brain", comparison.imageToBrain())
            + " Both methods looked at the same pictures, so only those count that one of them"
            + " finds and the other does not (exact McNemar test, two-sided). The ranks of every"
            + " picture are in report.json.");
  }

  private String meaning() {
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
              + " response and each voxel's noise: only a simulated world has one. The published"
              + " rows are of real brains that saw photographs: a simulated world is another task,"
              + " so they do not compare.");
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
