// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

/**
 * What a check found.
 *
 * @param subject what was looked at, in one or two words
 * @param state how it is
 * @param text what it is
 * @param remedy what to do about it; empty where nothing needs to be done
 */
record Finding(String subject, State state, String text, String remedy) {
  /** How something is. */
  enum State {
    /** As it should be. */
    OK,
    /** Works, but not as well or not as quietly as it could. */
    NOTE,
    /** Does not work. */
    WRONG
  }

  static Finding ok(String subject, String text) {
    return new Finding(subject, State.OK, text, "");
  }

  static Finding note(String subject, String text, String remedy) {
    return new Finding(subject, State.NOTE, text, remedy);
  }

  static Finding wrong(String subject, String text, String remedy) {
    return new Finding(subject, State.WRONG, text, remedy);
  }
}
