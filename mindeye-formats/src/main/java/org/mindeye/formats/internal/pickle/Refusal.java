// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import org.mindeye.MindEyeException;

/** Makes the exception that refuses a file, which only the file's reader can name. */
@FunctionalInterface
public interface Refusal {
  /**
   * Makes the exception; the caller throws it.
   *
   * @param expected what the format demands
   * @param found what was there
   * @return the exception
   */
  MindEyeException of(String expected, String found);
}
