// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void should_end_a_program_with_a_line_and_a_code() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

    assertThat(Program.run("Example", err, () -> {})).isZero();
    assertThat(
            Program.run(
                "Example",
                err,
                () -> {
                  throw new UncheckedIOException("one\ntwo", new NoSuchFileException("x"));
                }))
        .isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8).lines()).containsExactly("Example: one");
  }
}
