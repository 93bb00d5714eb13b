// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import com.sun.jna.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Functions of the C library that Java has no way to. Linux only. */
final class CLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(CLibrary.class);

  private CLibrary() {}

  static boolean isHere() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** Sets a variable of this process's environment; an existing value stays. */
  static boolean setEnvironment(String name, String value) {
    return call("setenv", name, value, 0) == 0;
  }

  /** Sets one of the allocator's numbers, as {@code malloc.h} numbers them. */
  static boolean setAllocator(int parameter, int value) {
    return call("mallopt", parameter, value) == 1;
  }

  /** The function's answer, or -1 where the C library has no such function. */
  private static int call(String function, Object... arguments) {
    try {
      return Function.getFunction("c", function).invokeInt(arguments);
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("{} cannot be called", function, e);
      return -1;
    }
  }
}
