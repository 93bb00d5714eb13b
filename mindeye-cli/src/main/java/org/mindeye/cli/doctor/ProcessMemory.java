// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process has used, as the kernel counts it. */
final class ProcessMemory {
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  private ProcessMemory() {}

  /** The peak of the resident memory in bytes; empty where there is no {@code /proc}. */
  static OptionalLong peak() throws IOException {
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
}
