// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

/** Whether shrinking averages over the pixels it skips. */
public enum Antialias {
  /** torchvision up to 0.16 on tensors; the published results were made that way. */
  OFF,
  /** torchvision from 0.17 on; recommended for new work. */
  ON
}
