// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

/** What becomes of the samples that do not fill a batch. */
public enum LastBatch {
  /** They make a smaller batch: no sample is lost. */
  KEEP,
  /** They are left out of this epoch, as in the published training. Only for random orders. */
  DROP
}
