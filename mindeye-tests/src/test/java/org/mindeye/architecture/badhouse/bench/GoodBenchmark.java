// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.bench;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

@State(Scope.Benchmark)
public abstract class GoodBenchmark {
  public static class Inherited extends GoodBenchmark {}
}
