// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseOnFailureTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  private static AutoCloseable failing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void should_close_the_latest_first_and_keep_the_failure() {
    IOException failure = new IOException("no header");
    assertThatThrownBy(
            () -> {
              try (CloseOnFailure opened = new CloseOnFailure()) {
                opened.add(part("first"));
                opened.undo(() -> closed.add("second"));
                throw failure;
              }
            })
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void should_leave_alone_what_is_done() {
    AutoCloseable part = part("first");
    try (CloseOnFailure opened = new CloseOnFailure()) {
      assertThat(opened.add(part)).isSameAs(part);
      assertThat(opened.done("whole")).isEqualTo("whole");
    }
    assertThat(closed).isEmpty();
  }

  @Test
  void should_close_all_even_when_each_fails_and_say_so_beside_the_first_failure() {
    Error failure = new AssertionError("first of all");
    IOException io = new IOException("disk");
    IllegalArgumentException unchecked = new IllegalArgumentException("argument");
    assertThatThrownBy(
            () -> {
              try (CloseOnFailure opened = new CloseOnFailure()) {
                opened.add(part("first"));
                opened.add(failing(unchecked));
                opened.add(failing(io));
                throw failure;
              }
            })
        .isSameAs(failure);
    assertThat(closed).containsExactly("first");
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0]).isInstanceOf(UncheckedIOException.class).hasCause(io);
    assertThat(io).hasSuppressedException(unchecked);
  }

  @Test
  void should_close_all_of_a_finished_whole_and_throw_the_first_failure_as_it_is() {
    IOException io = new IOException("disk");
    IllegalArgumentException unchecked = new IllegalArgumentException("argument");
    CloseOnFailure opened = new CloseOnFailure();
    opened.add(part("first"));
    opened.add(failing(unchecked));
    opened.add(part("second"));
    opened.add(failing(io));
    assertThatThrownBy(opened::closeAll).isSameAs(io).hasSuppressedException(unchecked);
    assertThat(closed).containsExactly("second", "first");
    opened.close();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void should_wrap_other_checked_exceptions() {
    CloseOnFailure opened = new CloseOnFailure();
    opened.add(failing(new Exception("stuck")));
    assertThatThrownBy(opened::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closing failed: stuck");
    opened.close();
  }
}
