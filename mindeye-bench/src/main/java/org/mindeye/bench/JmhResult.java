// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;

/**
 * One line of JMH's results.
 *
 * @param benchmark class and method, without package
 * @param parameters by name, in alphabetical order
 * @param seconds mean time per call
 * @param spread how far its measurements lie apart
 * @param conditions how it was run: Java, forks, iterations, JVM options
 */
record JmhResult(
    String benchmark,
    Map<String, String> parameters,
    double seconds,
    Spread spread,
    Conditions conditions) {
  /** With fewer, an interval of the mean says little but that they are few. */
  private static final int ENOUGH = 5;

  /**
   * How far measurements lie apart, in seconds.
   *
   * @param error half the width of the mean's 99.9 % confidence interval; NaN where too few were
   *     measured
   * @param least the shortest
   * @param most the longest
   * @param count how many; 0 where the file does not show them
   */
  record Spread(double error, double least, double most, int count) {
    private static Spread of(JsonNode metric, double unit) {
      double[] all =
          StreamSupport.stream(metric.path("rawData").spliterator(), false)
              .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
              .mapToDouble(value -> value.asDouble() * unit)
              .sorted()
              .toArray();
      return new Spread(
          number(metric, "scoreError") * unit,
          all.length == 0 ? Double.NaN : all[0],
          all.length == 0 ? Double.NaN : all[all.length - 1],
          all.length);
    }

    /** Whether shortest and longest say more than the interval does. */
    boolean ofFew() {
      return count > 1 && count < ENOUGH;
    }
  }

  /**
   * How a benchmark was run.
   *
   * @param java the version that measured
   * @param forks JVMs started one after the other
   * @param iterations measured in each
   * @param jvmOptions of the measuring JVMs
   */
  record Conditions(String java, int forks, int iterations, List<String> jvmOptions) {
    /** The engine's threads, or what stands for them where none were set. */
    String threads() {
      String option = "-D" + EngineSettings.THREADS + "=";
      return jvmOptions.stream()
          .filter(given -> given.startsWith(option))
          .reduce((first, last) -> last)
          .map(given -> given.substring(option.length()))
          .orElse("the engine's choice of");
    }
  }

  private static final Map<String, Double> SECONDS =
      Map.of("ns/op", 1e-9, "us/op", 1e-6, "ms/op", 1e-3, "s/op", 1.0);

  /**
   * Reads what JMH writes with {@code -rf json}.
   *
   * @param file the file
   * @return all results in the order of the file
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it is no such file, or holds something else than times
   */
  static List<JmhResult> read(Path file) throws IOException {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new MindEyeException(
          file + ": expected the results of JMH (-rf json) but found " + e.getOriginalMessage(), e);
    }
    if (root == null || !root.isArray() || root.isEmpty()) {
      throw new MindEyeException(
          file + ": expected the results of JMH (-rf json) but found no list of results");
    }
    List<JmhResult> results = new ArrayList<>();
    root.forEach(node -> results.add(of(file, node)));
    return results;
  }

  private static JmhResult of(Path file, JsonNode node) {
    String name = node.path("benchmark").asText();
    JsonNode metric = node.path("primaryMetric");
    String unit = metric.path("scoreUnit").asText();
    if (!SECONDS.containsKey(unit)) {
      throw new MindEyeException(
          file
              + ": "
              + name
              + ": expected a time per call but the unit is '"
              + unit
              + "'; run JMH with -bm avgt");
    }
    Map<String, String> parameters = new TreeMap<>();
    node.path("params")
        .properties()
        .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
    List<String> options = new ArrayList<>();
    node.path("jvmArgs").forEach(option -> options.add(option.asText()));
    return new JmhResult(
        withoutPackage(name),
        parameters,
        number(metric, "score") * SECONDS.get(unit),
        Spread.of(metric, SECONDS.get(unit)),
        new Conditions(
            node.path("jdkVersion").asText(),
            node.path("forks").asInt(),
            node.path("measurementIterations").asInt(),
            options));
  }

  /** JMH writes numbers, and NaN as text. */
  private static double number(JsonNode metric, String name) {
    return Double.parseDouble(metric.path(name).asText());
  }

  private static String withoutPackage(String name) {
    int method = name.lastIndexOf('.');
    return name.substring(name.lastIndexOf('.', method - 1) + 1);
  }

  /** The format that its network multiplied in; float32 where there is no choice. */
  Precision precision() {
    return Precision.valueOf(parameters.getOrDefault("precision", Precision.FLOAT32.name()));
  }

  /** Where it ran; files are read by the CPU. */
  String device() {
    return parameters.getOrDefault("device", "cpu");
  }
}
