package org.mindeye.examples.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.mindeye.core.io.StagedFile;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.KeyNumber;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.Table;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.examples.report.Figures;
import org.mindeye.training.TrainingListener.EpochReport;

/** The reports of an evaluated run: for people, for programs, for the console. */
final class RunReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunEvaluation run;

  RunReport(RunEvaluation run) {
    this.run = run;
  }

  void write(RunFolder folder) throws IOException {
    html().write(folder.html());
    StagedFile.write(
        folder.report(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
  }

  /** Holds no time and no path. */
  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", run.step()).put("best", run.best());
    ObjectNode test = root.putObject("test");
    test.put("samples", run.all().brainToImage().size());
    test.put("pool_size", run.pools().options().poolSize());
    test.put("chance", run.pools().chance());
    Figures.direction(
        test.putObject("brain_to_image"), run.pools().brainToImage(), run.all().brainToImage());
    Figures.direction(
        test.putObject("image_to_brain"), run.pools().imageToBrain(), run.all().imageToBrain());
    root.set("config", JSON.valueToTree(run.source().config()));
    root.set("record", JSON.valueToTree(run.record()));
    ArrayNode history = root.putArray("history");
    for (EpochReport epoch : run.history()) {
      history.add(JSON.valueToTree(epoch));
    }
    return root;
  }

  private HtmlReport html() {
    int pool = run.pools().options().poolSize();
    HtmlReport report =
        HtmlReport.titled("MindEye run")
            .subtitle(
                text(
                    "Subject %d, %s, step %d%s.",
                    run.source().subject(),
                    run.source().config().model().finalLayer() ? "final layer" : "all tokens",
                    run.step(),
                    run.best() ? ", the best epoch on the validation split" : ""));
    report.keyNumbers(
        new KeyNumber(
            "Brain to image",
            Figures.percent(run.pools().brainToImage()),
            "top-1 among " + pool + " pictures"),
        new KeyNumber(
            "Image to brain",
            Figures.percent(run.pools().imageToBrain()),
            "top-1 among " + pool + " brain responses"),
        new KeyNumber("Chance", text("%.1f %%", 100 * run.pools().chance()), "1 in " + pool));
    scores(report);
    curves(report);
    report.section("Who made these weights");
    report.table(Figures.fields("The run's record", run.record()));
    report.section("The recipe");
    report.table(Figures.fields("Every number of it", run.source().config()));
    return report;
  }

  private void scores(HtmlReport report) {
    report.section("Retrieval on the test split");
    report.table(
        Table.of(
                text(
                    "Top-1 in %d random pools with its 95 %% interval, and among all",
                    run.pools().options().repetitions()),
                "Direction",
                "Pools",
                "All, top-1",
                "All, top-5",
                "Median rank")
            .row(cells("brain to image", run.pools().brainToImage(), run.all().brainToImage()))
            .row(cells("image to brain", run.pools().imageToBrain(), run.all().imageToBrain())));
    report.note(
        "The paper calls image-to-brain rows \"image retrieval\" and brain-to-image rows \"brain"
            + " retrieval\". Nothing was chosen on these pictures.");
  }

  private static String[] cells(String name, Estimate pools, DirectionScores all) {
    return new String[] {
      name,
      Figures.percent(pools),
      text("%.1f %%", 100 * all.top1()),
      text("%.1f %%", 100 * all.top5()),
      text("%.1f", all.medianRank())
    };
  }

  private void curves(HtmlReport report) {
    report.section("Training");
    report.charts(
        LineChart.builder("Loss", "epoch", "weighted sum")
            .series("training", curve(e -> e.training().total()))
            .series("validation", curve(e -> e.validation().losses().total()))
            .build(),
        LineChart.builder("Parts of the training loss", "epoch", "before weighting")
            .series("contrastive", curve(e -> e.training().contrastive()))
            .series("prior", curve(e -> e.training().prior()))
            .build(),
        LineChart.builder("Validation retrieval", "epoch", "top-1")
            .series("brain to image", curve(e -> e.validation().brainToImage()))
            .series("image to brain", curve(e -> e.validation().imageToBrain()))
            .format(ValueFormat.PERCENT)
            .build());
    report.note(
        "The contrastive loss of training changes its definition when BiMixCo gives way to"
            + " SoftCLIP.");
  }

  private double[] curve(ToDoubleFunction<EpochReport> value) {
    return run.history().stream().mapToDouble(value).toArray();
  }

  /** For the console. */
  String summary() {
    return text(
        "step %d, top-1 among %d of %d test pictures: brain to image %s, image to brain %s,"
            + " chance %.1f %%",
        run.step(),
        run.pools().options().poolSize(),
        run.all().brainToImage().size(),
        Figures.percent(run.pools().brainToImage()),
        Figures.percent(run.pools().imageToBrain()),
        100 * run.pools().chance());
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
