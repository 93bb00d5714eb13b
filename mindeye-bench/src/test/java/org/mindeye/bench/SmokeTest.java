// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.testkit.LeakCheck;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark passes its own check and runs, at its smallest size, through JMH. */
class SmokeTest {
  /** Has a value that only a network of full size takes. */
  private static final String FULL_SIZE_ONLY = "targets";

  @BeforeAll
  static void shareTheMachine() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  static Stream<Named<BenchmarkListEntry>> benchmarks() {
    return BenchmarkSuite.entries().stream()
        .map(entry -> Named.of(BenchmarkSuite.name(entry), entry));
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void should_run_and_leave_nothing_behind(BenchmarkListEntry entry) throws RunnerException {
    Map<String, List<String>> parameters = BenchmarkSuite.parameters(entry);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^\\Q" + entry.getUsername() + "\\E$")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(1)
            .measurementIterations(3)
            .addProfiler(CensusProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    int runs = 1;
    for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
      List<String> chosen = chosen(parameter.getKey(), parameter.getValue());
      options.param(parameter.getKey(), chosen.toArray(String[]::new));
      runs *= chosen.size();
    }
    // Kernels stay loaded, each with a manager of its own: tensors are what counts.
    int before = LeakCheck.census().arrays();

    assertThat(new Runner(options.build()).run())
        .hasSize(runs)
        .allSatisfy(
            result -> {
              assertThat(result.getPrimaryResult().getScore()).isPositive();
              assertThat(tensorsAlive(result)).hasSize(2).containsOnly(tensorsAlive(result).get(0));
            });
    assertThat(LeakCheck.census().arrays()).isEqualTo(before);
  }

  /** The smallest of sizes, and all of everything else. */
  private static List<String> chosen(String parameter, List<String> all) {
    String first = all.get(0);
    boolean size = first.matches("[0-9]+") || first.equals("SMALL");
    return size || parameter.equals(FULL_SIZE_ONLY) ? List.of(first) : all;
  }

  /** After each iteration but the last, which JMH counts after the tear-down. */
  private static List<Double> tensorsAlive(RunResult result) {
    List<Double> counts =
        result.getBenchmarkResults().iterator().next().getIterationResults().stream()
            .map(iteration -> iteration.getSecondaryResults().get(CensusProfiler.LABEL).getScore())
            .toList();
    return counts.subList(0, counts.size() - 1);
  }
}
