package org.mindeye.training;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.MindEyeException;
import org.mindeye.training.LineLog.About;

/**
 * Writes tables for spreadsheets and data frames: a row per epoch and, if asked for, a second file
 * with a row per optimiser step. A comma between columns, a dot in numbers whatever the locale, all
 * digits of the doubles, {@code NaN} and {@code Infinity} by these names. The first row names the
 * columns. Every row is flushed.
 *
 * <p>A resumed run appends to the files after cutting the rows of epochs and steps that it will do
 * again: no epoch or step is in a file twice. Rows of epochs that were cut off or lost are written
 * again, from the history in the checkpoint; those of steps are lost.
 */
public final class CsvListener implements TrainingListener {
  private static final List<String> EPOCH_COLUMNS =
      List.of(
          "epoch",
          "loss_name",
          "training_loss",
          "training_contrastive",
          "training_prior",
          "training_mean_squared",
          "validation_loss",
          "validation_contrastive",
          "validation_prior",
          "validation_mean_squared",
          "cosine",
          "brain_to_image",
          "image_to_brain",
          "candidates",
          "best");
  private static final List<String> STEP_COLUMNS =
      List.of(
          "step",
          "epoch",
          "loss",
          "contrastive",
          "prior",
          "mean_squared",
          "gradient_norm",
          "learning_rate");

  private final Path epochs;
  private final Optional<Path> steps;
  private LineLog epochLog;
  private LineLog stepLog;

  private CsvListener(Path epochs, Optional<Path> steps) {
    this.epochs = epochs;
    this.steps = steps;
  }

  /**
   * A row per epoch.
   *
   * @param epochs written anew when a run starts with its first step, and when a run is resumed
   *     without it; its folder must exist
   * @return the listener
   */
  public static CsvListener epochs(Path epochs) {
    return new CsvListener(epochs, Optional.empty());
  }

  /**
   * A row per epoch in one file and a row per step in another.
   *
   * @param epochs as in {@link #epochs}
   * @param steps likewise
   * @return the listener
   */
  public static CsvListener epochsAndSteps(Path epochs, Path steps) {
    return new CsvListener(epochs, Optional.of(steps));
  }

  /**
   * Opens the files.
   *
   * @throws UncheckedIOException if a file cannot be written; names it
   * @throws MindEyeException if the run is resumed and a file is no such table; says which line
   */
  @Override
  public void onStart(RunPlan plan) {
    epochLog =
        LineLog.open(
            epochs,
            plan,
            (number, row) ->
                number == 1
                    ? header(row, EPOCH_COLUMNS)
                    : About.epoch(key(row, EPOCH_COLUMNS), plan));
    begin(epochLog, EPOCH_COLUMNS);
    epochLog.missing(plan).forEach(this::onEpoch);
    if (steps.isPresent()) {
      stepLog =
          LineLog.open(
              steps.get(),
              plan,
              (number, row) ->
                  number == 1 ? header(row, STEP_COLUMNS) : About.step(key(row, STEP_COLUMNS)));
      begin(stepLog, STEP_COLUMNS);
      stepLog.warnOfGap(plan);
    }
  }

  @Override
  public void onStep(StepReport report) {
    if (stepLog != null) {
      Row row = new Row().add(report.step()).add(report.epoch()).add(report.loss());
      stepLog.write(row.add(report.gradientNorm()).add(report.learningRate()).toString());
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    ValidationScores scores = report.validation();
    Row row = new Row().add(report.epoch()).add(report.lossName());
    row.add(report.training()).add(scores.losses()).add(scores.cosine());
    row.add(scores.brainToImage()).add(scores.imageToBrain()).add(scores.candidates());
    epochLog.write(row.add(report.best()).toString());
  }

  @Override
  public void onEnd() {
    LineLog first = epochLog;
    LineLog second = stepLog;
    epochLog = null;
    stepLog = null;
    try (first;
        second) {
      // Both are closed, even if closing one fails.
    }
  }

  private static void begin(LineLog log, List<String> columns) {
    if (log.isEmpty()) {
      log.write(String.join(",", columns));
    }
  }

  private static About header(String row, List<String> columns) {
    String header = String.join(",", columns);
    if (!row.equals(header)) {
      throw new IllegalArgumentException("'" + header + "'");
    }
    return About.BEGINNING;
  }

  /** The number of the epoch or step a row is about, the first column. */
  private static long key(String row, List<String> columns) {
    String first = row.substring(0, Math.max(0, row.indexOf(',')));
    if (!first.matches("\\d{1,18}")) {
      throw new IllegalArgumentException("a row that begins with the " + columns.get(0));
    }
    return Long.parseLong(first);
  }

  /** A row in the making. */
  private static final class Row {
    private final List<String> cells = new ArrayList<>();

    /** Numbers, words without commas, and yes or no. */
    Row add(Object cell) {
      cells.add(String.valueOf(cell));
      return this;
    }

    Row add(LossTerms terms) {
      return add(terms.total())
          .add(terms.contrastive())
          .add(terms.prior())
          .add(terms.meanSquared());
    }

    @Override
    public String toString() {
      return String.join(",", cells);
    }
  }
}
