// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Misuse;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** CLIP's image tower on the command line. */
final class TowerOptions {
  @Option(names = "--clip", paramLabel = "FILE", description = "CLIP's image tower.")
  private Path clip;

  @Option(
      names = "--clip-config",
      paramLabel = "JSON",
      description = "Its shape, where the file does not state it.")
  private Path clipConfig;

  boolean given() {
    return clip != null;
  }

  void requireSense(CommandSpec spec) {
    if (clipConfig != null && clip == null) {
      throw Misuse.of(spec, "--clip-config is the shape of --clip, which is missing");
    }
  }

  ClipImageEncoder load(Precision format, Device where) throws IOException {
    return clipConfig == null
        ? ClipImageEncoder.load(clip, format, where)
        : ClipImageEncoder.load(clip, VisionTransformerConfig.read(clipConfig), format, where);
  }
}
