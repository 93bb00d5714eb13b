// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import org.mindeye.MindEyeException;

/** A tensor whose axes or data type are not what a method documents. */
public final class ShapeMismatchException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message names the tensor, the expected axes and the actual shape
   */
  public ShapeMismatchException(String message) {
    super(message);
  }
}
