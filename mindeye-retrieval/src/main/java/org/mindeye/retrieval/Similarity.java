// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

/** What an index means by near. */
public enum Similarity {
  /** The cosine of the two vectors, in [-1, 1] up to rounding: their lengths do not count. */
  COSINE,

  /**
   * The inner product of the query of length 1 with the gallery's vector as it is stored: the
   * cosine if the gallery was normalised, which only those know who made it.
   */
  INNER_PRODUCT
}
