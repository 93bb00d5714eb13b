package org.mindeye.architecture.badhouse.core.kernel;

import ai.djl.pytorch.jni.JniUtils;

public final class GoodKernel {
  private GoodKernel() {}

  public static boolean gradients() {
    return JniUtils.isGradMode();
  }
}
