// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;

class ProblemsTest {
  private final Problems problems = new Problems();

  private static <T> T missing() throws IOException {
    throw new NoSuchFileException("a.json");
  }

  @Test
  void should_give_what_is_read_and_refuse_nothing() throws IOException {
    assertThat(problems.<Integer>read(() -> 3)).isEqualTo(3);
    problems.check(() -> {});
    assertThat(problems.none()).isTrue();
    problems.refuseAny();
  }

  @Test
  void should_throw_the_only_problem_as_it_is() {
    assertThat(problems.<Integer>read(ProblemsTest::missing)).isNull();
    assertThat(problems.none()).isFalse();
    assertThatThrownBy(problems::refuseAny).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void should_join_the_messages_of_several() {
    problems.check(ProblemsTest::missing);
    problems.check(
        () -> {
          throw new MindEyeException("b: too short");
        });
    problems.check(
        () -> {
          throw new AccessDeniedException("c");
        });
    assertThatThrownBy(problems::refuseAny)
        .isInstanceOf(MindEyeException.class)
        .hasMessage("a.json: no such file; b: too short; c: cannot be read");
  }

  @Test
  void should_not_hide_mistakes_of_the_program() {
    assertThatThrownBy(
            () ->
                problems.check(
                    () -> {
                      throw new IllegalStateException("closed");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }
}
