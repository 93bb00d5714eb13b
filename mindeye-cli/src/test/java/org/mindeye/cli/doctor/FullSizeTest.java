// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.cli.child.ChildReport;
import org.mindeye.core.memory.MemoryBudget;
import picocli.CommandLine;

/** The check without its heavy part: phases report what the test sets. */
class FullSizeTest {
  private static final long GIB = 1L << 30;
  private static final MemoryBudget PLENTY = MemoryBudget.of(64 * GIB, "test");

  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<FullSize.Phase> ran = new ArrayList<>();

  @Test
  void should_pass_within_the_limits_and_leave_nothing_behind() throws IOException {
    assertThat(check(PLENTY, "saved", "saved", 15 * GIB)).isTrue();

    assertThat(ran).containsExactly(FullSize.Phase.values());
    assertThat(output())
        .containsPattern(
            "load, two training steps at batch 8 +1\\.5 +15\\.00 GiB +16\\.00 GiB +pass")
        .containsPattern("  load +0\\.25\n")
        .contains("parameters: 947,579,904\n")
        .contains("loaded weights: bit-equal (SHA-256)\n")
        .doesNotContain("FAIL");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void should_fail_above_a_limit() throws IOException {
    assertThat(check(PLENTY, "saved", "saved", 16 * GIB + 1)).isFalse();
    assertThat(output()).containsPattern("training steps .* 16\\.00 GiB +16\\.00 GiB +FAIL");
  }

  @Test
  void should_fail_when_the_weights_came_back_changed() throws IOException {
    assertThat(check(PLENTY, "saved", "other", GIB)).isFalse();
    assertThat(output()).contains("loaded weights: DIFFERENT from the saved ones");
  }

  @Test
  void should_fail_where_peaks_are_not_known() throws IOException {
    assertThat(check(PLENTY, "saved", "saved", -1)).isFalse();
    assertThat(output()).containsPattern("\\? +16\\.00 GiB +FAIL");
  }

  @Test
  void should_not_start_without_memory() {
    assertThatThrownBy(() -> check(MemoryBudget.of(8 * GIB, "test"), "saved", "saved", GIB))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("not started; memory: a training step needs 14.6")
        .hasMessageContaining("but 8.00 GiB are available (test)");
    assertThat(ran).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_say_what_disk_is_missing() {
    FullSize check = new FullSize((phase, file) -> null, PLENTY, new PrintWriter(printed));

    assertThatThrownBy(() -> check.requireRoom(GIB, folder))
        .hasMessage(
            "not started; disk: the weights need 3.59 GiB but 1.00 GiB are free in " + folder);
  }

  @Test
  void should_report_a_phase_that_fails() {
    assertThatThrownBy(
            () -> ChildJvm.ofThis().run(FullSize.Phase.INFER, folder.resolve("none.safetensors")))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(
            "phase infer ended with code 1: java.nio.file.NoSuchFileException: " + folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_not_take_a_folder_for_nothing() {
    StringWriter err = new StringWriter();

    int code =
        new CommandLine(new DoctorCommand())
            .setErr(new PrintWriter(err))
            .execute("--full-size-folder", "somewhere");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("--full-size-folder says where --full-size writes: give both");
  }

  private boolean check(MemoryBudget memory, String saved, String loaded, long peak)
      throws IOException {
    ChildJvm jvm =
        (phase, file) -> {
          ran.add(phase);
          String digest = phase == FullSize.Phase.SAVE ? saved : loaded;
          String output =
              "noise\nparameters=947579904\nbytes=3790322608\nseconds.load=0.25\ndigest=" + digest;
          return ChildReport.parse(
              1.5,
              peak < 0
                  ? output
                  : output + "\npeak=" + (phase == FullSize.Phase.TRAIN ? peak : GIB));
        };
    PrintWriter out = new PrintWriter(printed, true, StandardCharsets.UTF_8);
    return new FullSize(jvm, memory, out).run(folder);
  }

  private String output() {
    return printed.toString(StandardCharsets.UTF_8).replace("\r", "");
  }
}
