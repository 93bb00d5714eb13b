// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkLauncherTest {
  private static final List<String> SETTINGS = List.of("-Da=1", "-Db=2");

  private static List<String> complete(String... arguments) {
    return BenchmarkLauncher.withEngineSettings(arguments, SETTINGS);
  }

  @Test
  void should_hand_the_settings_to_forked_jvms() {
    assertThat(complete("-f", "1", "Losses"))
        .containsExactly("-f", "1", "Losses", "-jvmArgsPrepend", "-Da=1 -Db=2");
  }

  @Test
  void should_let_the_caller_have_the_last_word() {
    assertThat(complete("-jvmArgsPrepend", "-Da=3", "Losses"))
        .containsExactly("-jvmArgsPrepend", "-Da=1 -Db=2 -Da=3", "Losses");
  }

  @Test
  void should_add_nothing_when_all_is_set() {
    assertThat(BenchmarkLauncher.withEngineSettings(new String[] {"-l"}, List.of()))
        .containsExactly("-l");
  }

  @Test
  void should_keep_what_is_set_already() {
    // The build runs tests with these two set.
    assertThat(EngineSettings.missing())
        .doesNotContainKeys("ai.djl.offline", "org.slf4j.simpleLogger.defaultLogLevel");
  }

  @Test
  void should_compute_with_all_processors_by_default() {
    String before = System.clearProperty(EngineSettings.THREADS); // other tests may have set it
    try {
      assertThat(EngineSettings.missing())
          .containsEntry(
              EngineSettings.THREADS, String.valueOf(Runtime.getRuntime().availableProcessors()));
      assertThat(EngineSettings.jvmArguments())
          .anyMatch(a -> a.startsWith("-D" + EngineSettings.THREADS));
    } finally {
      if (before != null) {
        System.setProperty(EngineSettings.THREADS, before);
      }
    }
  }
}
