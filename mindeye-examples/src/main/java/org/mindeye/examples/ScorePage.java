// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.PublishedScores;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.training.BrainEmbeddings;
import org.mindeye.training.CachedTargets;

/** Scores trained weights, and makes a page and tables of the scores. */
public final class ScorePage {
  private ScorePage() {}

  /**
   * Scores the test pictures of a quickstart.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default, and that of
   *     the page, {@code scores} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "scores");
    System.exit(
        Program.run(
            "ScorePage",
            System.err,
            () -> run(made.weights(), made.clip(), made.trials(Split.TEST), folder, System.out)));
  }

  static void run(Path weights, Path tower, List<Trial> trials, Path folder, PrintStream out)
      throws IOException {
    Device device = Torch.device("cpu");
    try (ClipImageEncoder clip = ClipImageEncoder.load(tower, device);
        BackboneEncoder brain = BackboneEncoder.load(weights, device);
        NDManager owner = Torch.newManager(device)) {
      RetrievalScores scores =
          RetrievalScores.between(
              BrainEmbeddings.encode(brain, trials, owner),
              CachedTargets.encode(clip, trials).all(owner));
      Files.createDirectories(folder);
      out.println("open " + write(scores, folder));
    }
  }

  private static Path write(RetrievalScores scores, Path folder) throws IOException {
    // snippet: report
    DirectionScores brains = scores.brainToImage();
    DirectionScores images = scores.imageToBrain();
    ScoreTable table =
        ScoreTable.of(
                "Top-1 on the test split",
                ScoredMethod.of(
                    "This run",
                    ScoreRow.of(Metric.BRAIN_TO_IMAGE, brains.hits()).withChance(brains.chance(1)),
                    ScoreRow.of(Metric.IMAGE_TO_BRAIN, images.hits()).withChance(images.chance(1))))
            .with(PublishedScores.verified(Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN));
    Metric rank = new Metric("rank", "Rank of the picture", ValueFormat.NUMBER, 0, Better.LOWER);
    PictureScores each =
        PictureScores.of(Arrays.stream(brains.imageIds()).mapToObj(id -> "sample " + id).toList())
            .with(rank, Arrays.stream(brains.ranks()).asDoubleStream().toArray());
    return EvaluationReport.titled("A run of mine")
        .scores(table, Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN)
        .similarity(brains.similarity())
        .everyPicture(each)
        .write(folder); // report.html, scores.json, .csv, .tex and .md
    // end: report
  }
}
