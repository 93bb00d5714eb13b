// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.util.Locale;

/** What servers hold in memory. */
public enum Storage {
  /** Graphs with all numbers of all vectors: 3.5 kB for 768 numbers. */
  MEMORY("in_memory", null),

  /**
   * Graphs with codes of a bit per number, an eighth of a kilobyte; the vectors of the best
   * candidates are read from the disk and compared again. Needs {@link Engine#FAISS}.
   */
  DISK_32X("on_disk", "32x"),

  /** The same with codes of four bits per number. Needs {@link Engine#FAISS}. */
  DISK_8X("on_disk", "8x");

  private final String mode;
  private final String compression;

  Storage(String mode, String compression) {
    this.mode = mode;
    this.compression = compression;
  }

  String mode() {
    return mode;
  }

  /** Null for none. */
  String compression() {
    return compression;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
