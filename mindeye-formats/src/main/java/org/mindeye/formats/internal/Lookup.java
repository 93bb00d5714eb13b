// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal;

import java.util.Map;

/** Finds what belongs to a name, or says that there is no such name. */
public final class Lookup {
  private Lookup() {}

  /**
   * Finds what belongs to a name.
   *
   * @param source names the file in messages
   * @param tensors what there is
   * @param name one of them
   * @param <T> what belongs to names
   * @return what belongs to this one
   * @throws IllegalArgumentException if there is no such name
   */
  public static <T> T require(String source, Map<String, T> tensors, String name) {
    T found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException(source + ": no tensor is called '" + name + "'");
    }
    return found;
  }
}
