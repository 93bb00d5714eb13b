// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mindeye.core.engine.Precision;

/** Something that can be run on its own. */
interface Component {
  /** What it is called on the command line. */
  String name();

  /** What it computes, in a sentence or two. */
  String description();

  /** A configuration record with all its fields; null if it has none. */
  Record exampleConfig();

  /** Whether a run needs the configuration: elsewhere it follows from the weights. */
  default boolean needsConfig() {
    return false;
  }

  /** Whether it needs a file of weights. */
  default boolean hasWeights() {
    return true;
  }

  /** Options that it takes and not every component does. */
  default Set<String> options() {
    return Set.of();
  }

  /**
   * The formats of numbers in which its network can keep its weights; none if it has no network.
   */
  default Set<Precision> precisions() {
    return hasWeights()
        ? EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16)
        : EnumSet.noneOf(Precision.class);
  }

  /** The tensors it reads. */
  List<Axes> inputs();

  /** The tensors it writes. */
  List<Axes> outputs();

  /**
   * Runs it. Results go to the job; temporaries die with the job's scope.
   *
   * @param job inputs, configuration, weights and results of this run
   * @throws IOException if a file cannot be read
   */
  void run(Job job) throws IOException;
}
