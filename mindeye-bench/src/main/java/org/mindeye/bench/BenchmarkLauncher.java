// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.Main;

/**
 * Starts JMH with everything the engine must find before it starts, in this JVM and in those that
 * JMH forks. The arguments are JMH's own ({@code -h} lists them):
 *
 * <pre>{@code
 * java -jar mindeye-bench/target/benchmarks.jar -rf json -rff results.json
 * }</pre>
 *
 * <p>{@code -Dai.djl.pytorch.num_threads=N} before {@code -jar} changes the number of threads.
 */
public final class BenchmarkLauncher {
  private static final String OPTION = "-jvmArgsPrepend";

  private BenchmarkLauncher() {}

  /**
   * Runs JMH.
   *
   * @param arguments JMH's
   * @throws IOException if JMH cannot write its results
   */
  public static void main(String[] arguments) throws IOException {
    List<String> complete = withEngineSettings(arguments, EngineSettings.jvmArguments());
    EngineSettings.apply();
    Main.main(complete.toArray(String[]::new));
  }

  /** JMH takes the option once only: what the caller gives comes last and wins. */
  static List<String> withEngineSettings(String[] arguments, List<String> settings) {
    List<String> complete = new ArrayList<>(Arrays.asList(arguments));
    String joined = String.join(" ", settings);
    int given = complete.indexOf(OPTION);
    if (given >= 0 && given + 1 < complete.size()) {
      complete.set(given + 1, joined + " " + complete.get(given + 1));
    } else if (!joined.isEmpty()) {
      complete.add(OPTION);
      complete.add(joined);
    }
    return complete;
  }
}
