// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** System and processor. */
final class MachineCheck implements Check {
  private static final Path LINUX_CPUS = Path.of("/proc/cpuinfo");

  @Override
  public List<Finding> examine(Surroundings here) {
    String system =
        String.format(
            Locale.ROOT,
            "%s %s, %s",
            here.properties().apply("os.name"),
            here.properties().apply("os.version"),
            here.properties().apply("os.arch"));
    int processors = Runtime.getRuntime().availableProcessors();
    return List.of(
        Finding.ok("system", system),
        Finding.ok("processor", processors + " for this JVM" + model()));
  }

  private static String model() {
    if (!Files.isReadable(LINUX_CPUS)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(LINUX_CPUS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> ", " + line.substring(line.indexOf(':') + 1).strip())
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(LINUX_CPUS.toString(), e);
    }
  }
}
