// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.util.List;
import java.util.Locale;

/**
 * Whether the engine may use the network: by default nothing is downloaded and nothing is reported.
 */
final class NetworkCheck implements Check {
  @Override
  public List<Finding> examine(Surroundings here) {
    String property = here.properties().apply("ai.djl.offline");
    String variable = here.environment().apply("DJL_OFFLINE");
    // Unset, the library sets the property itself before it starts the engine.
    boolean offline = property == null || property.equals("true") || "true".equals(variable);
    boolean optedOut = "true".equalsIgnoreCase(here.setting("OPT_OUT_TRACKING"));
    if (offline) {
      return List.of(Finding.ok("network", "offline: no downloads, no telemetry"));
    }
    return List.of(
        Finding.note(
            "network",
            String.format(
                Locale.ROOT,
                "ai.djl.offline=%s: DJL may download libraries%s",
                property,
                optedOut ? "" : ", and looks whether it runs on EC2"),
            "remove -Dai.djl.offline=" + property + " to stay offline"));
  }
}
