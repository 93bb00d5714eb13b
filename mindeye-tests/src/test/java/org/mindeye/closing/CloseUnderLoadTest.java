// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: closing too early would end it. */
class CloseUnderLoadTest {
  private static final int ROUNDS = 200;

  @Test
  @Timeout(120)
  void should_wait_for_calls_in_flight_and_refuse_later_ones(@TempDir Path folder)
      throws Exception {
    ProcessBuilder child =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                CloseUnderLoad.class.getName(),
                String.valueOf(ROUNDS)));
    Process process = child.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("\\d+ answered, " + 8 * ROUNDS + " refused");
  }
}
