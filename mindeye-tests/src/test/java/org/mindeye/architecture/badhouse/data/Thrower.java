// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

import java.util.MissingResourceException;

/** Throws what belongs nowhere. */
public final class Thrower {
  private Thrower() {}

  static void error() {
    throw new Error("all is lost");
  }

  static void checked() throws Exception {
    throw new Exception("something");
  }

  static void stray() {
    throw new StrayException();
  }

  static void foreign() {
    throw new MissingResourceException("nothing", "here", "key");
  }
}
