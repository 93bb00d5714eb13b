// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

public final class ForeignLibraries {
  private ForeignLibraries() {}

  public static Object hdf5() {
    return new io.jhdf.StandIn();
  }

  public static Object matlab() {
    return new us.hebi.matlab.StandIn();
  }

  public static Object vectors() {
    return new io.github.jbellis.StandIn();
  }

  public static Object natives() {
    return new com.sun.jna.StandIn();
  }
}
