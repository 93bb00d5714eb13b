// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.Collection;
import java.util.List;
import org.mindeye.testkit.LeakCheck;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/** Counts the tensors that are alive after each iteration, while the benchmark's inputs are. */
public final class CensusProfiler implements InternalProfiler {
  static final String LABEL = "alive";

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    // Nothing to prepare.
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    int arrays = LeakCheck.census().arrays();
    return List.of(new ScalarResult(LABEL, arrays, "tensors", AggregationPolicy.AVG));
  }

  @Override
  public String getDescription() {
    return "counts tensors";
  }
}
