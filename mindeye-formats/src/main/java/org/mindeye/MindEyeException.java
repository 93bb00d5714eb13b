// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

/**
 * Root of the exceptions this library throws for bad data, bad files and tensors of the wrong
 * shape.
 *
 * <p>Messages are {@link Printable}, whatever names from files they quote.
 *
 * <p>Wrong hyper-parameters and wrong call order are {@link IllegalArgumentException} and {@link
 * IllegalStateException} as everywhere in Java.
 */
public class MindEyeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was expected, what was found, and what to do
   */
  public MindEyeException(String message) {
    super(Printable.text(message));
  }

  /**
   * Creates an exception with its cause.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause what went wrong underneath
   */
  public MindEyeException(String message, Throwable cause) {
    super(Printable.text(message), cause);
  }

  /**
   * All of what the message sums up: where it counts names beyond the first ones, this lists them.
   *
   * @return one or more lines; the message itself unless it left something out
   */
  public String details() {
    return getMessage();
  }
}
