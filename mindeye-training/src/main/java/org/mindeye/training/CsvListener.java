// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.training.LineLog.About;

/**
 * Writes tables for spreadsheets and data frames: a row per epoch and, optionally, a second file
 * with a row per optimiser step. A comma between columns, a dot in numbers in every locale, all
 * digits of the doubles, {@code NaN} and {@code Infinity} by these names. The first row names the
 * columns. Every row is flushed.
 *
 * <p>A resumed run appends to the files after cutting the rows of epochs and steps that it will do
 * again: no epoch or step is in a file twice. Rows of epochs that were cut off or lost are written
 * again, from the history in the checkpoint; those of steps are lost.
 */
public final class CsvListener implements TrainingListener {
  private final Path epochs;
  private final Optional<Path> steps;
  private ReportNames names;
  private LineLog epochLog;
  private LineLog stepLog;

  private CsvListener(Path epochs, Optional<Path> steps) {
    this.epochs = epochs;
    this.steps = steps;
  }

  /**
   * A row per epoch.
   *
   * @param epochs replaced when a run starts with its first step, and when a run is resumed without
   *     it; its folder must exist
   * @return the listener
   */
  public static CsvListener epochs(Path epochs) {
    return new CsvListener(epochs, Optional.empty());
  }

  /**
   * A row per epoch in one file and a row per step in another.
   *
   * @param epochs as in {@link #epochs}
   * @param steps as in {@link #steps}
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
    names = plan.names();
    List<String> columns = epochColumns(names);
    epochLog =
        LineLog.open(
            epochs,
            plan,
            (number, row) ->
                number == 1 ? header(row, columns) : About.epoch(key(row, columns), plan));
    begin(epochLog, columns);
    epochLog.missing(plan).forEach(this::onEpoch);
    if (steps.isPresent()) {
      startSteps(steps.get(), plan);
    }
  }

  private void startSteps(Path file, RunPlan plan) {
    List<String> columns = stepColumns(names);
    stepLog =
        LineLog.open(
            file,
            plan,
            (number, row) -> number == 1 ? header(row, columns) : About.step(key(row, columns)));
    begin(stepLog, columns);
    stepLog.warnOfGap(plan);
  }

  /** Losses of validation differ from those of training by a word before their name. */
  private static List<String> epochColumns(ReportNames names) {
    List<String> columns = new ArrayList<>(List.of("epoch", "loss_name"));
    names.losses().forEach(name -> columns.add("training_" + ReportNames.snake(name)));
    for (String name : names.measured()) {
      boolean loss = names.losses().contains(name);
      columns.add((loss ? "validation_" : "") + ReportNames.snake(name));
    }
    columns.add("best");
    return columns;
  }

  private static List<String> stepColumns(ReportNames names) {
    List<String> columns = new ArrayList<>(List.of("step", "epoch"));
    names.losses().forEach(name -> columns.add(ReportNames.snake(name)));
    columns.addAll(List.of("gradient_norm", "learning_rate"));
    return columns;
  }

  @Override
  public void onStep(StepReport report) {
    if (stepLog != null) {
      Row row = new Row().add(report.step()).add(report.epoch());
      row.add(names.losses(), report.loss());
      stepLog.write(row.add(report.gradientNorm()).add(report.learningRate()).toString());
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    Row row = new Row().add(report.epoch()).add(report.lossName());
    row.add(names.losses(), report.training()).add(names.measured(), report.validation());
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

    Row add(List<String> names, NamedValues values) {
      names.forEach(name -> add(values.number(name)));
      return this;
    }

    @Override
    public String toString() {
      return String.join(",", cells);
    }
  }
}
