// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.mindeye.evaluation.report.Chart;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.training.PaperScores;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.lowlevel.LowLevelScores;

/** How a run went, as charts. */
public final class TrainingCurves {
  private TrainingCurves() {}

  /**
   * Draws the curves.
   *
   * @param history every epoch
   * @param prior whether there is a prior
   * @return losses and validation retrieval, with the change of the contrastive loss marked
   */
  public static Chart[] of(List<EpochReport> history, boolean prior) {
    List<Chart> charts = new ArrayList<>();
    LineChart.Builder contrastive =
        LineChart.builder("Training loss, contrastive part", "epoch", "loss")
            .series("training", curve(history, e -> e.training().value(PaperScores.CONTRASTIVE)));
    OptionalInt change = firstOfAnotherLoss(history);
    change.ifPresent(
        epoch ->
            contrastive.mark(
                history.get(epoch).lossName() + " instead of " + history.get(epoch - 1).lossName(),
                epoch + 0.5));
    charts.add(contrastive.build());
    int candidates = candidates(history);
    LineChart.Builder retrieval =
        LineChart.builder("Validation retrieval among " + candidates, "epoch", "top-1")
            .series(
                "brain to image",
                curve(history, e -> e.validation().value(PaperScores.BRAIN_TO_IMAGE)))
            .series(
                "image to brain",
                curve(history, e -> e.validation().value(PaperScores.IMAGE_TO_BRAIN)))
            .reference("chance", 1.0 / candidates)
            .format(ValueFormat.PERCENT);
    change.ifPresent(epoch -> retrieval.mark(history.get(epoch).lossName(), epoch + 0.5));
    charts.add(retrieval.build());
    if (prior) {
      charts.add(
          LineChart.builder("Loss of the diffusion prior", "epoch", "squared error")
              .series("training", curve(history, e -> e.training().value(PaperScores.PRIOR)))
              .series("validation", curve(history, e -> e.validation().value(PaperScores.PRIOR)))
              .build());
    }
    return charts.toArray(Chart[]::new);
  }

  /**
   * Draws the curves of a low-level network.
   *
   * @param history every epoch
   * @return the error of latents, in training and validation
   */
  public static Chart ofLatents(List<EpochReport> history) {
    return LineChart.builder("Error of the low-level network's latents", "epoch", "mean error")
        .series("training", curve(history, e -> e.training().value(LowLevelScores.LATENTS)))
        .series("validation", curve(history, e -> e.validation().value(LowLevelScores.ABSOLUTE)))
        .build();
  }

  private static int candidates(List<EpochReport> history) {
    return history.isEmpty() ? 1 : (int) history.get(0).validation().value(PaperScores.CANDIDATES);
  }

  /** The position of the epoch whose contrastive loss is another than that of the one before. */
  private static OptionalInt firstOfAnotherLoss(List<EpochReport> history) {
    return IntStream.range(1, history.size())
        .filter(i -> !history.get(i).lossName().equals(history.get(i - 1).lossName()))
        .findFirst();
  }

  private static double[] curve(List<EpochReport> history, ToDoubleFunction<EpochReport> value) {
    return history.stream().mapToDouble(value).toArray();
  }
}
