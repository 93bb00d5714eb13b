// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import org.mindeye.MindEyeException;

/** Numbers that are NaN or infinite where real ones are needed. */
public final class NotFiniteException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message names the tensor, the samples, how many values, and what to do
   */
  public NotFiniteException(String message) {
    super(message);
  }
}
