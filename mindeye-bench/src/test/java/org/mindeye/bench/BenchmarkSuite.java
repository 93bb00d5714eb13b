// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** All benchmarks of this module, as JMH finds them. */
final class BenchmarkSuite {
  private BenchmarkSuite() {}

  static List<BenchmarkListEntry> entries() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    return List.copyOf(
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT), List.of()));
  }

  /** Class and method. */
  static String name(BenchmarkListEntry entry) {
    return entry.getUsername().substring("org.mindeye.bench.".length());
  }

  /** The values of each parameter, smallest first. */
  static Map<String, List<String>> parameters(BenchmarkListEntry entry) {
    Map<String, List<String>> values = new TreeMap<>();
    entry.getParams().orElse(Map.of()).forEach((name, all) -> values.put(name, List.of(all)));
    return values;
  }
}
