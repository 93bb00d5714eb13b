// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

/** Is notified while an index is built, from the thread that builds it. */
@FunctionalInterface
public interface BuildListener {
  /** What a build does, in this order. */
  enum Stage {
    /** Reads the source and writes the vectors. */
    VECTORS,
    /** Trains the codes that lead searches, and encodes all vectors. */
    CODES,
    /** Connects the vectors; by far the longest. */
    GRAPH
  }

  /** Takes no notice. */
  BuildListener NONE = (stage, done, count) -> {};

  /**
   * Some more is done.
   *
   * @param stage what is being done
   * @param done how many vectors went through it
   * @param count of all
   */
  void progressed(Stage stage, int done, int count);

  /**
   * One of several indexes is begun that are searched together. Not called where there is one.
   *
   * @param number of it, from 1
   * @param of how many there will be
   */
  default void part(int number, int of) {}
}
