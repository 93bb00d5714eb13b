// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import java.util.Optional;

/** Which version of this library wrote a document. */
public final class LibraryVersion {
  private LibraryVersion() {}

  /**
   * The version of the library that runs.
   *
   * @return as in its jar's manifest; {@code development} when it does not run from a jar
   */
  public static String current() {
    return Optional.ofNullable(LibraryVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
