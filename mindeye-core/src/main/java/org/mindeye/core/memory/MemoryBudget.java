// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.mindeye.formats.io.HeapBudget;

/**
 * The memory that is there for tensors.
 *
 * @param available bytes, or empty where they are not known: on GPUs, and on systems other than
 *     Linux
 * @param source where the number comes from
 */
public record MemoryBudget(OptionalLong available, String source) {
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB$");

  /**
   * What is available now.
   *
   * @param device where the tensors will live
   * @return on Linux's CPU the smaller of what the machine and the control groups of this process
   *     have left; unknown otherwise
   */
  public static MemoryBudget of(Device device) {
    return device.isGpu()
        ? new MemoryBudget(OptionalLong.empty(), device.toString())
        : linux(Path.of("/"));
  }

  /**
   * A budget given by the caller.
   *
   * @param bytes 0 or more
   * @param source where the number comes from, for messages
   * @return the budget
   */
  public static MemoryBudget of(long bytes, String source) {
    return new MemoryBudget(OptionalLong.of(bytes), source);
  }

  /** What the files of a Linux system below a root directory say. */
  static MemoryBudget linux(Path root) {
    try {
      Path info = root.resolve("proc/meminfo");
      if (Files.notExists(info)) {
        return new MemoryBudget(OptionalLong.empty(), "there is no /proc/meminfo");
      }
      OptionalLong machine = ControlGroups.find(AVAILABLE, Files.readString(info));
      long free = machine.isPresent() ? machine.getAsLong() * 1024 : Long.MAX_VALUE;
      OptionalLong group = new ControlGroups(root).left();
      if (group.isPresent() && group.getAsLong() < free) {
        return of(group.getAsLong(), "the limit of this process's control group");
      }
      return machine.isPresent()
          ? of(free, "MemAvailable in /proc/meminfo")
          : new MemoryBudget(machine, "/proc/meminfo does not say");
    } catch (IOException e) {
      throw new UncheckedIOException("reading how much memory there is", e);
    }
  }

  /**
   * Whether an amount may fit.
   *
   * @param bytes the amount
   * @return false only if it is known not to fit
   */
  public boolean allows(long bytes) {
    return available.isEmpty() || bytes <= available.getAsLong();
  }

  /**
   * For messages.
   *
   * @return the number and its source
   */
  @Override
  public String toString() {
    return available.isPresent()
        ? HeapBudget.gib(available.getAsLong()) + " are available (" + source + ")"
        : "an unknown amount is available (" + source + ")";
  }
}
