// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

/** How a part of a gallery is searched. */
public enum PartKind {
  /** Every vector is compared: {@link org.mindeye.retrieval.ExactIndex}. */
  EXACT,

  /** By a graph of neighbours: {@link org.mindeye.retrieval.jvector.JVectorIndex}. */
  JVECTOR;

  /** Up to here, comparing with every vector answers while one waits. */
  private static final long MOST_EXACT = 300_000;

  /**
   * What suits a number of vectors.
   *
   * @param count of the part
   * @return exact up to 300 000
   */
  public static PartKind suiting(long count) {
    return count <= MOST_EXACT ? EXACT : JVECTOR;
  }
}
