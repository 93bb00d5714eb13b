// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

class ProgressListenerTest {
  private static final RunPlan PLAN =
      Reports.plan(
          TrainingConfig.paper().withEpochs(3), new RunLength(3, 4, 64, 16), 1, RunStart.NEW);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /** Shows what was not flushed as missing. */
  private final PrintStream out =
      new PrintStream(new BufferedOutputStream(written), false, StandardCharsets.UTF_8);

  private long nanoseconds = 5;

  private ProgressListener lines() {
    return ProgressListener.lines(out, () -> nanoseconds);
  }

  private void pass(double seconds) {
    nanoseconds += (long) (1e9 * seconds);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private static RunPlan plan(int epochs, RunStart start) {
    return Reports.plan(
        TrainingConfig.paper().withEpochs(epochs), new RunLength(epochs, 4, 64, 16), 1, start);
  }

  private static EpochReport epoch(int number) {
    return epoch(number, "SoftCLIP");
  }

  private static EpochReport epoch(int number, String lossName) {
    return new EpochReport(
        number,
        lossName,
        Reports.loss(1.23456, 1.2, 0, 0),
        Reports.scores(Reports.loss(2, 2, 0, 0), 0.1, 0.456, 0.5, 300),
        true);
  }

  private static StepReport step(long number) {
    return new StepReport((int) (number / 4), number, Reports.loss(1, 1, 0, 0), 1, 1);
  }

  @Test
  void should_say_where_a_resumed_run_resumes_from() {
    Path checkpoint = Path.of("checkpoints", "step-000000009");
    RunStart start = new RunStart(9, List.of(), checkpoint, List.of("skipped: step 10"));
    ProgressListener.lines(out)
        .onStart(Reports.plan(PLAN.config(), new RunLength(3, 4, 64, 16), 1, start));
    assertThat(text())
        .isEqualTo(
            String.format(
                "skipped: step 10%nresuming at step 9 of 12 from checkpoint %s%n", checkpoint));
  }

  @Test
  void should_write_one_line_per_epoch() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      ProgressListener lines = lines();
      lines.onStart(PLAN);
      lines.onStep(step(0));
      pass(40);
      lines.onEpoch(epoch(0));
      assertThat(text().strip())
          .isEqualTo("epoch 1/3 (SoftCLIP): loss 1.235, validation 46 %, 1:20 left");
      pass(50);
      lines.onEpoch(epoch(1));
      lines.onEpoch(epoch(2));
      lines.onEnd();
    } finally {
      Locale.setDefault(before);
    }

    assertThat(text().lines().map(line -> line.replaceAll(" .*, ", " ")))
        .containsExactly("epoch 1:20 left", "epoch 0:45 left", "epoch 0:00 left");
  }

  @Test
  void should_say_where_the_loss_becomes_another_one() {
    ProgressListener lines = ProgressListener.lines(out);
    lines.onStart(PLAN);
    lines.onEpoch(epoch(0, "BiMixCo"));
    lines.onEpoch(epoch(1, "SoftCLIP"));
    lines.onEpoch(epoch(2, "SoftCLIP"));

    assertThat(text().lines().toList())
        .hasSize(4)
        .element(1)
        .isEqualTo("SoftCLIP takes over from BiMixCo: losses before and after do not compare");
  }

  /** A tenth of a second per epoch, 1250 epochs left. */
  @Test
  void should_tell_the_time_left() {
    ProgressListener lines = lines();
    lines.onStart(plan(1251, RunStart.NEW));
    pass(0.1);
    lines.onEpoch(epoch(0));

    assertThat(text().strip()).startsWith("epoch 1/1251 ").endsWith(", 2:05 left");
  }

  /** The epochs before were another process's, and do not make this faster. */
  @Test
  void should_tell_the_time_left_of_a_resumed_run() {
    ProgressListener lines = lines();
    lines.onStart(plan(2400, Reports.start(4 * 1199)));
    pass(0.1);
    lines.onEpoch(epoch(1199));

    assertThat(text().strip()).startsWith("epoch 1200/2400 ").endsWith(", 2:00 left");
  }

  @Test
  void should_start_the_bar_where_the_run_continues() {
    ProgressListener bar = ProgressListener.bar(out);
    bar.onStart(
        Reports.plan(
            TrainingConfig.paper().withEpochs(3),
            new RunLength(3, 4, 64, 16),
            1,
            Reports.start(9)));
    bar.onEnd();

    assertThat(text()).contains("75%", "9/12").doesNotContain("0/12");
  }

  @Test
  void should_draw_a_bar_on_the_given_stream() {
    ProgressListener bar = ProgressListener.bar(out);
    bar.onStart(PLAN);
    for (int step = 0; step < 12; step++) {
      bar.onStep(step(step));
    }
    bar.onEpoch(epoch(2));
    bar.onEnd();
    bar.onEnd();

    assertThat(text()).contains("training", "100%", "12/12", "loss 1.235, validation 46 %");
    out.print("still open");
    assertThat(out.checkError()).isFalse();
    assertThat(text()).endsWith("still open");
  }

  @Test
  void should_say_beside_the_bar_where_the_loss_becomes_another_one() {
    ProgressListener bar = ProgressListener.bar(out);
    bar.onStart(PLAN);
    bar.onEpoch(epoch(0, "BiMixCo"));
    bar.onEpoch(epoch(1, "SoftCLIP"));
    bar.onEnd();

    assertThat(text().lines())
        .contains("SoftCLIP takes over from BiMixCo: losses before and after do not compare");
  }

  @Test
  void should_serve_several_runs() {
    ProgressListener bar = ProgressListener.bar(out);
    for (int run = 0; run < 2; run++) {
      bar.onStart(PLAN);
      bar.onStep(step(11));
      bar.onEnd();
    }

    assertThat(text().split("12/12", -1)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void should_end_without_a_start() {
    ProgressListener.bar(out).onEnd();
    ProgressListener.lines(out).onEnd();

    assertThat(text()).isEmpty();
  }
}
