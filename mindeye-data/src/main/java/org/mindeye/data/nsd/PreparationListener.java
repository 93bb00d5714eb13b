// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

/** Is notified of how an {@link NsdPreparation} proceeds. */
public interface PreparationListener {
  /** Hears nothing. */
  PreparationListener NONE = new PreparationListener() {};

  /**
   * A session's responses are on the disk.
   *
   * @param session its number
   * @param count how many sessions there are
   * @param before whether an earlier call had read them
   */
  default void onSession(int session, int count, boolean before) {}

  /**
   * Some more samples were written.
   *
   * @param done how many, of all splits
   * @param all how many there will be
   */
  default void onSample(long done, long all) {}
}
