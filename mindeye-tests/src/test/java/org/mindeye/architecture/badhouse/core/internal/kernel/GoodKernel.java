// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core.internal.kernel;

import ai.djl.pytorch.jni.JniUtils;

public final class GoodKernel {
  private GoodKernel() {}

  public static boolean gradients() {
    return JniUtils.isGradMode();
  }
}
