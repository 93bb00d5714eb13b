// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;

/** A run in bfloat16, its targets encoded in bfloat16 in every step. */
class TrainPrecisionTest {
  @TempDir private static Path place;

  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    run = place.resolve("run");
    CommandRun trained = CommandRun.of(TinyWorld.in(place).train(run, "--precision=bfloat16"));
    assertThat(trained.err()).isEmpty();
    assertThat(trained.code()).isZero();
  }

  @Test
  void should_note_the_format() throws IOException {
    assertThat(RunFolder.at(run).record(RunRecord.class).precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(CommandRun.of("inspect", run).out())
        .contains("optimizer.precision = BFLOAT16", "  precision = BFLOAT16");
  }

  /** The tower's own weights are the same in every format, so the encoder is known to be so. */
  @Test
  void should_be_scored_by_targets_in_float32() {
    CommandRun scored = CommandRun.of("evaluate-run", run);
    assertThat(scored.err()).isEmpty();
    assertThat(scored.code()).isZero();
    assertThat(scored.out()).contains("step 9");
  }

  @Test
  void should_keep_the_format_when_it_is_resumed() {
    CommandRun resumed = CommandRun.of("train", "--resume", run, "--precision", "float32");
    assertThat(resumed.code()).isEqualTo(2);
    assertThat(resumed.err().lines())
        .containsExactly(
            "mindeye train: --resume takes everything from "
                + run.resolve("run.json")
                + ": leave out [--precision] (see mindeye train --help)");
  }
}
