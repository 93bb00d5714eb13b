// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.util.List;

/** Looks at one part of the machine or the JVM. */
@FunctionalInterface
interface Check {
  /**
   * Looks.
   *
   * @param surroundings settings, memory and versions
   * @return what was found, in the order to be shown
   */
  List<Finding> examine(Surroundings surroundings);
}
