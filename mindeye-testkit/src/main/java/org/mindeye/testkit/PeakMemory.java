// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/**
 * The largest resident memory of a program, in a JVM of its own because a process's peak never goes
 * down. Linux only: it is read from {@code /proc/self/status}.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  /** Heap and direct buffers: small, so that the peak is the tensors'. */
  private static final String HEAP = "-Xmx512m";

  private PeakMemory() {}

  /**
   * Whether this system says what a process needed at most.
   *
   * @return true on Linux
   */
  public static boolean isKnown() {
    return Files.exists(STATUS);
  }

  /**
   * Runs a program that prints {@link #ofThisProcess} and nothing else.
   *
   * @param folder where what the program writes to its standard error goes
   * @param program has a {@code main}
   * @param arguments of the program
   * @return the bytes that it printed
   * @throws IOException if it cannot be started
   * @throws InterruptedException if this thread is interrupted while it runs
   */
  public static long measure(Path folder, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("child.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder child = new ProcessBuilder(command).redirectError(log.toFile());
    child.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    Process process = child.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Assertions.assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    return Long.parseLong(output.strip());
  }

  /**
   * What this process has needed so far.
   *
   * @return bytes
   * @throws IOException if it cannot be read
   */
  public static long ofThisProcess() throws IOException {
    Matcher line = PEAK.matcher(Files.readString(STATUS));
    if (!line.find()) {
      throw new IOException(STATUS + " says nothing of VmHWM");
    }
    return Long.parseLong(line.group(1)) * 1024;
  }
}
