// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How all benchmarks are run unless the command line says otherwise: mean time per call; three
 * fresh JVMs, because layout in memory and JIT decisions differ from start to start; a heap of
 * fixed size, so that it never grows inside a measurement. Tensors are native memory and come on
 * top.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public abstract class MindEyeBenchmark {
  /** Where all inputs are drawn from. */
  static final long SEED = 20231102;

  /** Creates the benchmark; JMH fills in the parameters. */
  protected MindEyeBenchmark() {}
}
