// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

/** Is notified of how a {@link Preparation} proceeds. */
public interface PreparationListener {
  /** Hears nothing. */
  PreparationListener NONE = new PreparationListener() {};

  /**
   * All samples are about to be read, to see whether a picture is in two splits. Not called where
   * pictures were divided, nor for work that continues.
   */
  default void onLook() {}

  /**
   * A session's responses are on the disk.
   *
   * @param session its place, from 1
   * @param count how many sessions there are
   * @param before whether an earlier call had read them
   */
  default void onSession(int session, int count, boolean before) {}

  /**
   * Another sample is written.
   *
   * @param done how many, of all splits
   * @param all how many there will be, or 0 where that is not known
   * @param before whether an earlier call had written it
   */
  default void onSample(long done, long all, boolean before) {}
}
