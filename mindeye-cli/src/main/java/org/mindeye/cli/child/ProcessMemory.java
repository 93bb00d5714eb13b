// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process has used, as the kernel counts it. */
public final class ProcessMemory {
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  /** Resets the peak when a 5 is written to it (proc(5)). */
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private ProcessMemory() {}

  /**
   * The peak of the resident memory.
   *
   * @return bytes; empty where there is no {@code /proc}
   * @throws IOException if it cannot be read
   */
  public static OptionalLong peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status) ? peak(Files.readString(status)) : OptionalLong.empty();
  }

  /** The peak in a status of Linux's. */
  static OptionalLong peak(String status) {
    Matcher line = PEAK.matcher(status);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) * 1024)
        : OptionalLong.empty();
  }

  /**
   * Has the peak counted from now on.
   *
   * @return false where the system does not do that; the peak stays that of the whole process then
   */
  public static boolean resetPeak() {
    try {
      Files.writeString(RESET, "5");
      return true;
    } catch (IOException e) {
      return false; // no Linux, or a container that forbids it
    }
  }
}
