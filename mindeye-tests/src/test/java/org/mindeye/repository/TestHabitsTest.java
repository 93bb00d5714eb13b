// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tests leave to the build, and what they leave to the testkit. */
class TestHabitsTest {
  /**
   * Whatever asks the clock, lets time pass, gives up after a while, or tries again. {@code
   * Timeout} may end a test that hangs; what is awaited announces itself.
   */
  private static final Pattern CLOCK =
      Pattern.compile(
          "Thread\\.sleep|\\bSECONDS\\.sleep|(parkNanos|nanoTime|currentTimeMillis|assertTimeout\\w*)\\("
              + "|\\b(Instant|(Local|Zoned|Offset)?(Date|Time|DateTime))\\.now\\(|new Date\\(\\)"
              + "|\\b(Clock|InstantSource)\\.(system|tick)|@Repeated(Test)"
              + "|\\.(waitFor|get|await|awaitTermination|tryLock|poll)"
              + "\\([^()]*, (TimeUnit\\.)?[A-Z]+S\\)");

  /** A browser that hangs is ended, whichever test asked for it. */
  private static final List<String> EXCUSED = List.of("org.mindeye.testkit.HeadlessBrowser");

  /** A manager that the test opens and closes itself. */
  private static final Pattern MANAGER =
      Pattern.compile("(?<!@FreshManager )private (static )?(final )?NDManager \\w+( =|;)");

  private static List<String> with(Pattern pattern) {
    return Repository.testSources().stream()
        .filter(file -> pattern.matcher(file.text()).find())
        .map(SourceFile::typeName)
        .filter(name -> !EXCUSED.contains(name))
        .toList();
  }

  @Test
  void should_look_at_no_clock() {
    assertThat(Repository.testSources()).hasSizeGreaterThan(200);
    assertThat(with(CLOCK))
        .as("let what is awaited announce itself, or hand a clock of the test's in")
        .isEmpty();
  }

  @Test
  void should_leave_managers_to_the_testkit() {
    assertThat(with(MANAGER).stream().filter(name -> name.endsWith("Test")))
        .as("@FreshManager opens and closes it")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Thread" + ".sleep(5)",
        "System.nano" + "Time()",
        "Instant" + ".now()",
        "LocalDate" + ".now()",
        "Clock" + ".systemUTC()",
        "latch.await" + "(5, TimeUnit.SECONDS)",
        "process.waitFor" + "(20, MILLISECONDS)",
        "@" + "RepeatedTest(12)"
      })
  void should_find_a_clock(String code) {
    assertThat(code).containsPattern(CLOCK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latch.await();",
        "process.waitFor()",
        "matrix.get(1, 2)",
        "@Timeout(value = 3, unit = TimeUnit.MINUTES)",
        "Clock.fixed(Instant.ofEpochSecond(5), ZoneOffset.UTC)"
      })
  void should_let_everything_else_pass(String code) {
    assertThat(code).doesNotContainPattern(CLOCK);
  }
}
