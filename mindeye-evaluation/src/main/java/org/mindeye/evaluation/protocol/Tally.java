// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.io.Closeable;
import java.io.IOException;

/** A metric that sees images block by block. */
interface Tally extends Closeable {
  /** Takes the next images; what it computes is freed with the caller's scope. */
  void add(PairReader.Block block) throws IOException;

  /** The score of all images. */
  MetricScore score() throws IOException;

  @Override
  default void close() throws IOException {}
}
