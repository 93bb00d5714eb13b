// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;
import org.assertj.core.api.Assertions;

/**
 * Native memory: asserts that calling something again and again leaves no tensor and no manager
 * behind. Counts the whole engine, whichever manager owns the tensors, so nothing else may run in
 * the meantime. A detached tensor has no owner and is not seen.
 */
public final class LeakCheck {
  private static final int WARM_UP = 3;
  private static final int CALLS = 100;

  /**
   * What is alive in the engine.
   *
   * @param arrays tensors that were not closed
   * @param managers managers that were not closed
   */
  public record Census(int arrays, int managers) {
    private Census plus(Census other) {
      return new Census(arrays + other.arrays, managers + other.managers);
    }

    @Override
    public String toString() {
      return arrays + " arrays and " + managers + " managers";
    }
  }

  private LeakCheck() {}

  /**
   * Asserts that 100 calls leave as much behind as none, after three calls to warm up.
   *
   * @param call what to repeat; it closes the results it receives
   */
  public static void assertNoLeak(Runnable call) {
    assertNoLeak(CALLS, call);
  }

  /**
   * Asserts that repeated calls leave nothing behind, after three calls to warm up.
   *
   * @param calls how many
   * @param call what to repeat; it closes the results it receives
   */
  public static void assertNoLeak(int calls, Runnable call) {
    for (int i = 0; i < WARM_UP; i++) {
      call.run();
    }
    Census before = census();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    Census after = census();
    if (!after.equals(before)) {
      Assertions.fail("native memory leaks: %s before %d calls, %s after", before, calls, after);
    }
  }

  /**
   * Counts what is alive now.
   *
   * @return all open tensors and managers
   */
  public static Census census() {
    try (NDManager probe = TestEngine.newManager()) {
      Census all = count(probe.getParentManager());
      return new Census(all.arrays, all.managers - 1);
    }
  }

  /** Counts what is open within a manager, at any depth. */
  static Census count(NDManager manager) {
    Census total = new Census(0, 0);
    for (Object resource : resources(manager)) {
      if (resource instanceof NDManager child) {
        total = total.plus(new Census(0, 1)).plus(count(child));
      } else if (resource instanceof NDArray) {
        total = total.plus(new Census(1, 0));
      }
    }
    return total;
  }

  /** DJL offers a manager's arrays but not its children. */
  private static Object[] resources(NDManager manager) {
    try {
      Field field = BaseNDManager.class.getDeclaredField("resources");
      field.setAccessible(true);
      return ((Map<?, ?>) field.get(manager)).values().toArray();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("DJL's BaseNDManager has changed: adapt LeakCheck", e);
    }
  }
}
