// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.UnaryOperator;
import org.mindeye.cli.console.Versions;

/**
 * Where the program runs. Checks ask nothing else about settings and memory, so that a test can
 * show them any machine.
 *
 * @param properties system properties by name; null where not set
 * @param environment environment variables by name; null where not set
 * @param javaVersion the feature version of the JVM
 * @param versions of this project's parts by name, as the build noted them
 * @param physicalBytes memory of the machine
 * @param heapBytes what the heap may grow to
 * @param directBytes what buffers outside the heap may take
 */
record Surroundings(
    UnaryOperator<String> properties,
    UnaryOperator<String> environment,
    int javaVersion,
    UnaryOperator<String> versions,
    long physicalBytes,
    long heapBytes,
    long directBytes) {

  /** This process. */
  static Surroundings here() {
    long heap = Runtime.getRuntime().maxMemory();
    String direct =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize")
            .getValue();
    return new Surroundings(
        System::getProperty,
        System::getenv,
        Runtime.version().feature(),
        new Versions()::of,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        heap,
        // Unset is 0, and then the limit is the heap's.
        direct.equals("0") ? heap : Long.parseLong(direct));
  }

  /** An environment variable, or else the system property of the same name, as DJL reads them. */
  String setting(String name) {
    String value = environment.apply(name);
    return value == null ? properties.apply(name) : value;
  }
}
