// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mindeye.core.engine.Threads;

class WaitPolicyTest {
  /** Starts the engine, as an application does that knows nothing of OpenMP. */
  static final class Application {
    private Application() {}

    public static void main(String[] args) {
      System.out.println(Threads.waiting(System::getenv));
    }
  }

  private static String run(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            Application.class.getName());
    child.environment().remove("OMP_WAIT_POLICY");
    child.environment().put("OMP_DISPLAY_ENV", "VERBOSE");
    child.environment().putAll(environment);
    Process process = child.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** OpenMP itself says what it has read. */
  @Test
  @Timeout(120)
  @EnabledOnOs(OS.LINUX)
  void should_reach_openmp() throws Exception {
    assertThat(run(Map.of()))
        .contains("GOMP_SPINCOUNT = '1000'")
        .contains("GOMP_SPINCOUNT 1000 (set by this library)");
  }

  @Test
  void should_leave_what_the_user_has_set() {
    // The tests run with OMP_WAIT_POLICY=PASSIVE.
    assertThat(Threads.waiting(System::getenv)).isEqualTo("OMP_WAIT_POLICY PASSIVE");
    assertThat(WaitPolicy.describe(name -> null)).isEqualTo("OMP_WAIT_POLICY not set");
    assertThat(WaitPolicy.describe(name -> "3")).isEqualTo("GOMP_SPINCOUNT 3, OMP_WAIT_POLICY 3");
  }
}
