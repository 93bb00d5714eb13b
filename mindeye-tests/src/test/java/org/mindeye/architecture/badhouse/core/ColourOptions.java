// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.Device;
import java.nio.file.Path;

public record ColourOptions(int greyLevels) {
  public static final ColourOptions PAPER = new ColourOptions(8);

  public static ColourOptions of(Path file) {
    return load(file.getNameCount());
  }

  public static ColourOptions load(int levels) {
    return new ColourOptions(levels);
  }

  public static final class Painter {
    public void paint(Device device, ColourOptions options) {}
  }
}
