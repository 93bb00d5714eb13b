// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import java.util.function.UnaryOperator;
import org.mindeye.core.internal.natives.LibtorchSettings;
import org.mindeye.core.internal.natives.WaitPolicy;

/**
 * How many threads the engine computes with. DJL's system properties {@code
 * ai.djl.pytorch.num_threads} and {@code ai.djl.pytorch.num_interop_threads}, set before the engine
 * starts, decide.
 */
public final class Threads {
  private Threads() {}

  /**
   * Threads that share one operation.
   *
   * @return at least 1
   */
  public static int intraOp() {
    Torch.engine();
    return LibtorchSettings.intraOpThreads();
  }

  /**
   * What decides how the threads of one operation wait for each other: environment variables, or
   * what {@link Torch} set in their place.
   *
   * @param environment returns a variable's value, or null; {@code System::getenv}
   * @return a name and its value, for people
   */
  public static String waiting(UnaryOperator<String> environment) {
    Torch.engine();
    return WaitPolicy.describe(environment);
  }

  /**
   * Threads that run independent operations.
   *
   * @return at least 1
   */
  public static int interOp() {
    Torch.engine();
    return LibtorchSettings.interOpThreads();
  }
}
