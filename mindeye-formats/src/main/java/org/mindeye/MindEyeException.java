// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

/**
 * Root of the exceptions this library throws for what data, files, weights and numbers hold:
 * damaged files and samples, weights of another network, tensors and arrays of shapes that do not
 * fit, NaN and infinity, data that contradict each other. The kinds that callers tell apart are
 * subclasses.
 *
 * <p>Messages are {@link Printable}, whatever names from files they quote.
 *
 * <p>What the programmer gets wrong is Java's own: {@link IllegalArgumentException} and {@link
 * NullPointerException} for a setting, a name or an index, {@link IllegalStateException} for calls
 * in the wrong order. What the disk does is {@link java.io.IOException}, or {@link
 * java.io.UncheckedIOException} where a method cannot declare it.
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
