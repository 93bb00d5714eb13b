// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the engine reads before it starts, the same in every JVM of a run: offline, a known number
 * of threads, a log level without noise. A property that is set already stays as it is.
 */
final class EngineSettings {
  /** How many threads libtorch computes with. */
  static final String THREADS = "ai.djl.pytorch.num_threads";

  private static final int FIRST_WITH_NATIVE_ACCESS_WARNING = 24;

  private EngineSettings() {}

  /** What is not set in this JVM, by property. */
  static Map<String, String> missing() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("ai.djl.offline", "true");
    settings.put(THREADS, String.valueOf(Runtime.getRuntime().availableProcessors()));
    settings.put("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    settings.put("org.slf4j.simpleLogger.log.ai.djl.util.cuda.CudaUtils", "error");
    settings.keySet().removeIf(name -> System.getProperty(name) != null);
    return settings;
  }

  /** The same as options of a JVM. */
  static List<String> jvmArguments() {
    List<String> arguments = new ArrayList<>();
    missing().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
    if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS_WARNING) {
      arguments.add("--enable-native-access=ALL-UNNAMED");
    }
    return arguments;
  }

  /** Sets what is missing in this JVM. */
  static void apply() {
    missing().forEach(System::setProperty);
  }
}
