// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.mindeye.cli.report.EvaluationJson;
import org.mindeye.cli.report.EvaluationSections;
import org.mindeye.cli.report.Figures;
import org.mindeye.cli.report.Summary;
import org.mindeye.cli.report.TrainingCurves;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.formats.io.StagedFile;

/** The reports of an evaluated run: for people, for programs, for the console. */
final class RunReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunEvaluation run;

  RunReport(RunEvaluation run) {
    this.run = run;
  }

  /** Writes both, and the tables of scores; returns the one for people. */
  Path write(Path folder) throws IOException {
    Path page = html().write(folder);
    StagedFile.write(
        folder.resolve("report.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
    return page;
  }

  /** Holds no time and no path. */
  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", run.step()).put("best", run.best());
    root.put("precision", run.precision().name());
    root.put("targets", run.evaluation().test().targets().description());
    EvaluationJson.add(root, run.evaluation());
    root.set("config", DocumentWriter.fields(run.source().config()));
    root.set("record", DocumentWriter.fields(run.record()));
    EvaluationJson.add(root, run.history());
    return root;
  }

  private EvaluationReport html() throws IOException {
    EvaluationReport report = EvaluationReport.titled("MindEye run");
    HtmlReport page =
        report
            .page()
            .subtitle(
                String.format(
                    Locale.ROOT,
                    "Subject %d, %s, step %d%s, scored in %s.",
                    run.source().subject(),
                    run.source().config().model().finalLayer() ? "final layer" : "all tokens",
                    run.step(),
                    run.best() ? ", the best epoch on the validation split" : "",
                    run.precision()));
    new EvaluationSections(report, run.evaluation(), "CLIP").add();
    page.section("Training");
    page.charts(TrainingCurves.of(run.history(), run.source().config().model().prior()));
    page.section("How these weights were made");
    page.table(Figures.fields("The run's record", run.record()));
    page.section("The recipe");
    page.table(Figures.fields("Every number of it", run.source().config()));
    return report;
  }

  /** For the console. */
  String summary() {
    return String.format(Locale.ROOT, "step %d, ", run.step()) + Summary.of(run.evaluation());
  }
}
