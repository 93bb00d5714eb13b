// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

/**
 * Which way is searched, named by what is the query and what is searched. The published labels say
 * the opposite, as {@link RetrievalScores} explains.
 */
public enum RetrievalDirection {
  /** Rows are brains: which image did this brain see? */
  BRAIN_TO_IMAGE("brain retrieval"),
  /** Rows are images: which brain saw this image? */
  IMAGE_TO_BRAIN("image retrieval");

  private final String publishedLabel;

  RetrievalDirection(String publishedLabel) {
    this.publishedLabel = publishedLabel;
  }

  /**
   * What the paper's tables call it.
   *
   * @return {@code brain retrieval} or {@code image retrieval}
   */
  public String publishedLabel() {
    return publishedLabel;
  }
}
