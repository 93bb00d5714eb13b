// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.util.List;
import java.util.Locale;

/** Whether there is room. Networks live outside the heap; files, reports and galleries inside. */
final class MemoryCheck implements Check {
  private static final double MIB = 1 << 20;
  private static final long SMALLEST_HEAP = 256L << 20;
  private static final long COMFORTABLE_HEAP = 1L << 30;
  private static final long SMALLEST_DIRECT = 128L << 20;

  /** The process of a quickstart takes 1.65 GiB at its peak, where ridge regression is fitted. */
  private static final long SMALLEST_MACHINE = 2L << 30;

  @Override
  public List<Finding> examine(Surroundings here) {
    return List.of(
        here.physicalBytes() < SMALLEST_MACHINE
            ? Finding.note(
                "memory",
                mib(here.physicalBytes()),
                "the quickstart needs 2 GiB, the published backbone 5 GiB to run")
            : Finding.ok("memory", mib(here.physicalBytes())),
        heap(here.heapBytes()),
        here.directBytes() < SMALLEST_DIRECT
            ? Finding.wrong(
                "direct buffers",
                mib(here.directBytes()),
                "set MINDEYE_JAVA_OPTS=-XX:MaxDirectMemorySize=1g")
            : Finding.ok("direct buffers", mib(here.directBytes())));
  }

  private static Finding heap(long bytes) {
    String remedy = "set MINDEYE_JAVA_OPTS=-Xmx2g (or -Xmx in your own program)";
    if (bytes < SMALLEST_HEAP) {
      return Finding.wrong("heap", mib(bytes) + ", too small", remedy);
    }
    return bytes < COMFORTABLE_HEAP
        ? Finding.note("heap", mib(bytes) + ", tight", remedy)
        : Finding.ok("heap", mib(bytes));
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / MIB);
  }
}
