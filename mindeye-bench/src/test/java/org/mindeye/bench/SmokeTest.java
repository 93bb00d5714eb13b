// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
  /** Parameters that are no sizes: all values are run. */
  private static final Set<String> KINDS =
      Set.of("checkpointing", "implementation", "loss", "method", "pass", "sampler");

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
      List<String> all = parameter.getValue();
      List<String> chosen = KINDS.contains(parameter.getKey()) ? all : all.subList(0, 1);
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

  /** After each iteration but the last, which JMH counts after the tear-down. */
  private static List<Double> tensorsAlive(RunResult result) {
    List<Double> counts =
        result.getBenchmarkResults().iterator().next().getIterationResults().stream()
            .map(iteration -> iteration.getSecondaryResults().get(CensusProfiler.LABEL).getScore())
            .toList();
    return counts.subList(0, counts.size() - 1);
  }
}
