// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import org.mindeye.MindEyeException;

/**
 * A picture that is damaged, or of a kind that is not read. Callers, which know the sample or file,
 * catch it and name them.
 */
public final class UnreadablePictureException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /** What should be there. */
  private final String expected;

  /** What is there, and what to do. */
  private final String found;

  UnreadablePictureException(String expected, String found) {
    super("expected " + expected + " but found " + found);
    this.expected = expected;
    this.found = found;
  }

  UnreadablePictureException(String expected, String found, Throwable cause) {
    this(expected, found);
    initCause(cause);
  }

  /**
   * What should be there.
   *
   * @return the end of "expected …"
   */
  public String expected() {
    return expected;
  }

  /**
   * What is there.
   *
   * @return the end of "but found …"
   */
  public String found() {
    return found;
  }
}
