// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.console.Terminal;
import picocli.CommandLine;

class QuickstartCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine mindeye =
      MindEyeCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @TempDir private Path folder;

  @Test
  void should_refuse_several_devices_in_one_line() {
    assertThat(mindeye.execute("quickstart", "--device", "gpu0,gpu1", "--out", "never"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .contains("device 'gpu0,gpu1'", "start one process per device")
        .hasLineCount(1);
  }

  @Test
  void should_refuse_too_few_epochs_in_one_line() {
    Path target = folder.resolve("out");

    assertThat(mindeye.execute("quickstart", "--epochs", "0", "--out", target.toString()))
        .isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "mindeye quickstart: epochs: expected at least 1 but was 0"
                + " (see mindeye quickstart --help)");
    assertThat(out.toString()).isEmpty();
    assertThat(target).doesNotExist();
  }

  @Test
  void should_refuse_two_lengths_in_one_line() {
    assertThat(mindeye.execute("quickstart", "--fast", "--full", "--out", "never")).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "mindeye quickstart: --fast and --full both choose the length: give one"
                + " (see mindeye quickstart --help)");
  }

  @Test
  void should_refuse_what_is_not_a_number() {
    assertThat(mindeye.execute("quickstart", "--seed", "x")).isEqualTo(2);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("mindeye quickstart: Invalid value for option '--seed': 'x' is not a long");
  }

  @Test
  void should_print_help() {
    assertThat(mindeye.execute("quickstart", "--help")).isZero();

    assertThat(out.toString())
        .startsWith("Usage: mindeye quickstart")
        .contains(
            "--out=DIR", "--seed=N", "--epochs=N", "--verbose", "quickstart-out", "report.html");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void should_be_listed() {
    mindeye.execute("--help");

    assertThat(out.toString()).contains("quickstart");
  }

  @Test
  void should_name_the_folder_it_cannot_create_in_one_line() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    Files.writeString(folder.resolve("data"), "in the way");

    for (Path target : new Path[] {file, file.resolve("out"), folder}) {
      err.getBuffer().setLength(0);
      assertThat(mindeye.execute("quickstart", "--overwrite", "--out", target.toString()))
          .isEqualTo(1);
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .startsWith("mindeye quickstart: cannot write to the output folder " + target + " (")
          .endsWith("); choose another one");
    }
    assertThat(out.toString()).isEmpty();
    assertThat(file).hasContent("in the way");
  }

  @Test
  void should_refuse_a_folder_with_other_contents() throws IOException {
    Path thesis = Files.writeString(folder.resolve("thesis.tex"), "mine");

    assertThat(mindeye.execute("quickstart", "--out", folder.toString())).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "mindeye quickstart: "
                + folder
                + ": holds other things, for example thesis.tex; choose another folder, or give"
                + " --overwrite");
    assertThat(folder).isDirectoryContaining(thesis::equals);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void should_see_no_terminal_in_a_test() {
    assertThat(Terminal.isInteractive()).isFalse();
  }
}
