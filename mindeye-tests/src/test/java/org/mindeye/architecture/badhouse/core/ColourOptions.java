// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.Device;

public record ColourOptions(int greyLevels) {
  public static final ColourOptions PAPER = new ColourOptions(8);

  public static final class Painter {
    public void paint(Device device, ColourOptions options) {}
  }
}
