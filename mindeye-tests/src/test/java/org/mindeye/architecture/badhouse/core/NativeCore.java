// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.pytorch.jni.JniUtils;

public final class NativeCore {
  private NativeCore() {}

  public static boolean gradients() {
    return JniUtils.isGradMode();
  }
}
