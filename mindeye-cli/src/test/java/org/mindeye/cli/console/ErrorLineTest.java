// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
  @Test
  void should_join_lines_and_count_what_is_beyond_three_items() {
    String message =
        "x:\n  missing (25):\n    a\n    b\n    c\n    d\n    … and 21 more\n  odd:\n    z";

    assertThat(ErrorLine.of(new IllegalStateException(message)))
        .isEqualTo("x: missing (25): a, b, c, … and 22 more; odd: z");
  }

  @Test
  void should_cut_an_endless_line() {
    assertThat(ErrorLine.of(new IllegalStateException("x".repeat(5000))))
        .hasSizeLessThan(1600)
        .endsWith("x … (3500 characters more)");
  }

  @Test
  void should_say_something_where_the_message_is_a_bare_path_or_missing() {
    assertThat(ErrorLine.of(new NoSuchFileException("a.npy")))
        .isEqualTo("a.npy: no such file or folder");
    assertThat(ErrorLine.of(new AccessDeniedException("a"))).isEqualTo("a: access denied");
    assertThat(ErrorLine.of(new FileAlreadyExistsException("a")))
        .isEqualTo("a: something of this name is in the way");
    assertThat(ErrorLine.of(new NotDirectoryException("a"))).isEqualTo("a: not a folder");
    assertThat(ErrorLine.of(new DirectoryNotEmptyException("a")))
        .isEqualTo("DirectoryNotEmptyException: a");
    assertThat(ErrorLine.of(new NullPointerException()))
        .isEqualTo("java.lang.NullPointerException");
    assertThat(ErrorLine.of(new NoClassDefFoundError("a/B")))
        .isEqualTo("java.lang.NoClassDefFoundError: a/B");
  }

  @Test
  void should_find_the_end_of_memory_below_other_exceptions() {
    Throwable heap =
        new IllegalStateException("a thread failed", new OutOfMemoryError("Java heap space"));

    assertThat(ErrorLine.of(heap)).startsWith("out of memory: Java heap space; this JVM may use ");
    assertThat(ErrorLine.isAboutMemory(heap)).isTrue();
    assertThat(ErrorLine.isAboutMemory(new IllegalStateException("other"))).isFalse();
  }

  @Test
  void should_name_the_option_for_each_kind_of_memory() {
    long heap = 3L << 29; // 1.5 GiB
    assertThat(ErrorLine.outOfMemory(new OutOfMemoryError("Java heap space"), heap))
        .isEqualTo(
            "out of memory: Java heap space; this JVM may use 1.5 GiB, give it more:"
                + " MINDEYE_JAVA_OPTS=-Xmx3g ./mindeye ... (java -Xmx3g ... without it)");
    assertThat(
            ErrorLine.outOfMemory(
                new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory"), heap))
        .contains("MINDEYE_JAVA_OPTS=-XX:MaxDirectMemorySize=3g ");
    assertThat(
            ErrorLine.outOfMemory(
                new OutOfMemoryError("unable to create native thread: possibly out of memory"),
                heap))
        .endsWith("; close other programs, or allow more (ulimit -u)");
  }

  @Test
  void should_notice_that_the_engine_has_no_memory_left() {
    String said =
        "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 64"
            + " bytes.\nframe #0: x";

    assertThat(ErrorLine.of(new IllegalStateException(said)))
        .endsWith("frame #0: x; close other programs, or make the work smaller");
  }
}
