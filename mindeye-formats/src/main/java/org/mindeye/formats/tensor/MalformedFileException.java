// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import org.mindeye.MindEyeException;
import org.mindeye.Printable;

/** A file whose content is not what its format demands. */
public final class MalformedFileException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /** Which file. */
  private final String source;

  /** What the format demands. */
  private final String expected;

  /** What was there. */
  private final String found;

  /**
   * Creates an exception whose message reads {@code source: expected … but found …}.
   *
   * @param source names the file, or the member of an archive
   * @param expected what the format demands
   * @param found what was there
   */
  public MalformedFileException(String source, String expected, String found) {
    super(
        Printable.line(source) + ": expected " + Printable.line(expected) + " but found " + found);
    this.source = Printable.line(source);
    this.expected = Printable.line(expected);
    this.found = Printable.text(found);
  }

  /**
   * Which file.
   *
   * @return the name the reader was given
   */
  public String source() {
    return source;
  }

  /**
   * What the format demands.
   *
   * @return the part of the message after "expected"
   */
  public String expected() {
    return expected;
  }

  /**
   * What was there.
   *
   * @return the part of the message after "found"
   */
  public String found() {
    return found;
  }
}
