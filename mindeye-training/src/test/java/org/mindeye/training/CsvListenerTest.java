// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.StepReport;

class CsvListenerTest {
  private static final String EPOCH_HEADER =
      "epoch,loss_name,training_loss,training_contrastive,training_prior,training_mean_squared,"
          + "validation_loss,validation_contrastive,validation_prior,validation_mean_squared,"
          + "cosine,brain_to_image,image_to_brain,candidates,best";
  private static final String STEP_HEADER =
      "step,epoch,loss,contrastive,prior,mean_squared,gradient_norm,learning_rate";

  @TempDir private Path folder;
  private Path epochs;
  private Path steps;

  @BeforeEach
  void nameFiles() {
    epochs = folder.resolve("epochs.csv");
    steps = folder.resolve("steps.csv");
  }

  private void run(long first, long last) {
    Reports.run(CsvListener.epochsAndSteps(epochs, steps), first, last);
  }

  private static List<String> firstCells(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(row -> row.split(",")[0]).toList();
  }

  @Test
  void should_write_rows_at_once_whatever_the_locale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      CsvListener csv = CsvListener.epochsAndSteps(epochs, steps);
      csv.onStart(Reports.plan(0));
      csv.onStep(Reports.step(0));
      csv.onStep(
          new StepReport(
              1, 12345, Reports.loss(0.1 + 0.2, Double.NaN, 1e300, -1), 0, Double.MIN_VALUE));
      csv.onEpoch(Reports.epoch(0));
      csv.onEpoch(
          new EpochReport(
              1,
              "none",
              Reports.loss(Math.PI, 1, 2, 3),
              Reports.scores(Reports.loss(4, 5, 6, 7), -1 / 3.0, 0, 1, 17),
              false));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(steps)
        .hasContent(
            STEP_HEADER
                + "\n0,0,3.5,0.5,0.1,0.0,0.75,1.2E-5\n"
                + "12345,1,0.30000000000000004,NaN,1.0E300,-1.0,0.0,4.9E-324\n");
    assertThat(epochs)
        .hasContent(
            EPOCH_HEADER
                + "\n0,BiMixCo,3.25,0.25,0.1,0.0,2.5,0.5,0.2,0.0,0.25,0.5,0.75,300,true\n"
                + "1,none,3.141592653589793,1.0,2.0,3.0,4.0,5.0,6.0,7.0,-0.3333333333333333,0.0,1.0,"
                + "17,false\n");
  }

  @Test
  void should_write_epochs_alone() throws IOException {
    Reports.run(CsvListener.epochs(epochs), 0, 3);

    assertThat(firstCells(epochs)).containsExactly("epoch", "0", "1");
    assertThat(folder).isDirectoryNotContaining("glob:**steps*");
  }

  @Test
  void should_go_on_within_an_epoch() throws IOException {
    run(0, 6);
    Files.writeString(epochs, "3,BiMix", StandardOpenOption.APPEND);
    Files.writeString(steps, "7", StandardOpenOption.APPEND);
    run(3, 5);

    assertThat(firstCells(epochs)).containsExactly("epoch", "0", "1", "2");
    assertThat(firstCells(steps)).containsExactly("step", "0", "1", "2", "3", "4", "5");
  }

  @Test
  void should_go_on_between_epochs() throws IOException {
    run(0, 6);
    run(4, 7);

    assertThat(firstCells(epochs)).containsExactly("epoch", "0", "1", "2", "3");
    assertThat(firstCells(steps)).hasSize(9).doesNotHaveDuplicates();
  }

  @Test
  void should_write_lost_epochs_again_when_a_run_is_resumed_without_them() throws IOException {
    run(2, 3);
    assertThat(firstCells(epochs)).containsExactly("epoch", "0", "1");
    assertThat(firstCells(steps)).containsExactly("step", "2", "3");

    Files.writeString(epochs, "epoch,loss_na");
    run(2, 3);
    assertThat(firstCells(epochs)).containsExactly("epoch", "0", "1");
  }

  @Test
  void should_repair_a_table_that_was_cut() throws IOException {
    run(0, 9);
    List<String> whole = Files.readAllLines(epochs);
    Files.write(epochs, whole.subList(0, 3)); // the header and two epochs
    Files.writeString(epochs, whole.get(3).substring(0, 9), StandardOpenOption.APPEND);
    Files.write(steps, Files.readAllLines(steps).subList(0, 4));

    run(8, 9);

    assertThat(epochs).hasContent(String.join("\n", whole) + "\n");
    assertThat(firstCells(steps)).containsExactly("step", "0", "1", "2", "8", "9");
  }

  @Test
  void should_start_again_with_every_run() throws IOException {
    run(0, 5);
    run(0, 1);

    assertThat(firstCells(epochs)).containsExactly("epoch", "0");
    assertThat(firstCells(steps)).containsExactly("step", "0", "1");
  }

  @Test
  void should_leave_another_table_alone() throws IOException {
    Files.writeString(epochs, "epoch,loss\n0,1\n");
    assertThatThrownBy(() -> run(2, 3))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "cannot continue the training log "
                + epochs
                + ": line 1: expected '"
                + EPOCH_HEADER
                + "' but was 'epoch,loss'; move the file away and a new one is started");
    assertThat(epochs).hasContent("epoch,loss\n0,1\n");

    Files.writeString(epochs, EPOCH_HEADER + "\r\nsecond,BiMixCo\n");
    assertThatThrownBy(() -> run(2, 3))
        .hasMessage(
            "cannot continue the training log "
                + epochs
                + ": line 2: expected a row that begins with the epoch but was 'second,BiMixCo';"
                + " move the file away and a new one is started");
  }

  @Test
  void should_name_the_file_it_cannot_write() {
    Path file = folder.resolve("missing").resolve("steps.csv");
    CsvListener csv = CsvListener.epochsAndSteps(epochs, file);

    assertThatThrownBy(() -> csv.onStart(Reports.plan(0)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write the training log " + file)
        .hasCauseInstanceOf(NoSuchFileException.class);
    csv.onEnd();
    csv.onEnd();
  }
}
