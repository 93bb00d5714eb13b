// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.engine.Engine;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mindeye.core.engine.Torch;

/**
 * The machine this JVM runs on.
 *
 * @param cpu the processor's model
 * @param processors how many this JVM may use
 * @param memoryBytes main memory
 * @param system the operating system
 * @param djl DJL's version
 * @param libtorch libtorch's version
 */
record Machine(
    String cpu, int processors, long memoryBytes, String system, String djl, String libtorch) {
  private static final Path LINUX_CPUS = Path.of("/proc/cpuinfo");

  /** Describes this machine. Starts the engine. */
  static Machine here() throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Engine.getDjlVersion(),
        Torch.engine().getVersion());
  }

  /**
   * Linux writes it to a file, Windows to the environment; elsewhere the architecture has to
   * suffice.
   */
  private static String cpuModel() throws IOException {
    String architecture = System.getProperty("os.arch");
    if (Files.isReadable(LINUX_CPUS)) {
      try (Stream<String> lines = Files.lines(LINUX_CPUS)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(architecture);
      }
    }
    return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", architecture);
  }
}
