// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** Whether the parts fit together. */
final class VersionsCheck implements Check {
  private static final int OLDEST_JAVA = 17;
  private static final String JNI = "jnilib/pytorch.properties";

  @Override
  public List<Finding> examine(Surroundings here) {
    String libtorch = here.versions().apply("libtorch");
    List<Finding> found = new ArrayList<>();
    found.add(Finding.ok("mindeye", here.versions().apply("mindeye")));
    found.add(java(here));
    found.add(Finding.ok("DJL", here.versions().apply("djl")));
    found.add(Finding.ok("libtorch", libtorch + " (built for)"));
    found.add(jni(jniVersion(), libtorch));
    return found;
  }

  private static Finding java(Surroundings here) {
    String text =
        String.format(
            Locale.ROOT,
            "%s, %s, %s",
            here.properties().apply("java.version"),
            here.properties().apply("java.vendor"),
            here.properties().apply("java.home"));
    return here.javaVersion() >= OLDEST_JAVA
        ? Finding.ok("Java", text)
        : Finding.wrong("Java", text, "install a JDK 17 or later and set JAVA_HOME to it");
  }

  static Finding jni(String version, String libtorch) {
    if (version == null) {
      return Finding.wrong(
          "DJL's JNI",
          "missing",
          "add ai.djl.pytorch:pytorch-jni at run time; nothing is downloaded in its place");
    }
    return version.startsWith(libtorch + "-")
        ? Finding.ok("DJL's JNI", version)
        : Finding.wrong(
            "DJL's JNI",
            version + ", which does not belong to libtorch " + libtorch,
            "use the pytorch-jni whose version begins with " + libtorch);
  }

  private static String jniVersion() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream file = loader.getResourceAsStream(JNI)) {
      if (file == null) {
        return null;
      }
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("jni_version");
    } catch (IOException e) {
      throw new UncheckedIOException(JNI, e);
    }
  }
}
