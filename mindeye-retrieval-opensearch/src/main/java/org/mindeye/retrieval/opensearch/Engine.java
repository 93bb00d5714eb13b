// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

/** What builds the graphs inside the servers. */
public enum Engine {
  /**
   * Native, for hundreds of millions of vectors and more. Servers without its native libraries end
   * when they are asked for it.
   */
  FAISS("faiss"),

  /** In Java, with every server; for up to some tens of millions. */
  LUCENE("lucene");

  private final String word;

  Engine(String word) {
    this.word = word;
  }

  /** What servers call it. */
  String word() {
    return word;
  }
}
