// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

/** Is notified while a gallery is filled, from the thread that fills it. */
@FunctionalInterface
public interface UploadListener {
  /** Takes no notice. */
  UploadListener NONE = (done, count) -> {};

  /**
   * Some more is there.
   *
   * @param done how many vectors are in the gallery, from before too
   * @param count of all
   */
  void progressed(long done, long count);
}
