// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The variables that choose another libtorch, one for GPUs as a rule. */
final class NativeSettingsCheck implements Check {
  private static final String PATH = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  @Override
  public List<Finding> examine(Surroundings here) {
    List<Finding> found = new ArrayList<>();
    String version = here.setting(VERSION);
    String libtorch = here.versions().apply("libtorch");
    if (version != null && !version.equals(libtorch)) {
      found.add(
          Finding.wrong(
              VERSION,
              version + ", but DJL's JNI is built for " + libtorch,
              String.format(
                  Locale.ROOT, "install libtorch %s and set %s=%s", libtorch, VERSION, libtorch)));
    }
    String path = here.setting(PATH);
    if (path != null) {
      found.add(library(path));
      if (here.setting(FLAVOR) == null) {
        found.add(
            Finding.note(
                FLAVOR, "not set: taken for a CPU build", "for a CUDA build set PYTORCH_FLAVOR"));
      }
    }
    return found;
  }

  private static Finding library(String path) {
    return Files.isDirectory(Path.of(path))
        ? Finding.ok(PATH, path)
        : Finding.wrong(
            PATH, path + ", which is no folder", "set it to libtorch's folder lib, or unset it");
  }
}
