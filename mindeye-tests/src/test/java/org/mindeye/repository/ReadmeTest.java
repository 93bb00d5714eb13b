// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README stays a first page: short, and true about the build. */
class ReadmeTest {
  private static final int MOST_LINES = 150;

  private final Page readme = Page.named("README.md");

  @Test
  void should_stay_short() {
    assertThat(readme.text().lines().count()).isLessThanOrEqualTo(MOST_LINES);
  }

  @Test
  void should_say_how_the_tests_run() throws IOException {
    assertThat(ShellLines.of(readme)).contains(List.of("mvn", "-B", "verify"));
    assertThat(Files.readString(Repository.root().resolve(".ci/run")))
        .as("continuous integration runs the README's tests, from a clean tree")
        .contains("mvn -B -ntp clean verify");
  }

  @Test
  void should_name_every_module() {
    for (var module : Repository.modules()) {
      assertThat(readme.text()).contains("| `" + module.getFileName() + "` |");
    }
  }
}
