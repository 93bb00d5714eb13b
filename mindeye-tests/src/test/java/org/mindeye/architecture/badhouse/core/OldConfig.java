// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

public final class OldConfig {
  private int width;

  public int getWidth() {
    return width;
  }

  public void setWidth(int newWidth) {
    width = newWidth;
  }
}
