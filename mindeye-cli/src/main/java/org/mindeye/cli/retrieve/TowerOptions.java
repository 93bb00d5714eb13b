// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

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
public final class TowerOptions {
  @Option(names = "--clip", paramLabel = "FILE", description = "CLIP's image tower.")
  private Path clip;

  @Option(
      names = "--clip-config",
      paramLabel = "JSON",
      description = "Its shape, where the file does not state it.")
  private Path clipConfig;

  /** Creates the options; picocli fills them in. */
  public TowerOptions() {}

  /**
   * Whether there is a tower.
   *
   * @return whether its file was named
   */
  public boolean given() {
    return clip != null;
  }

  /**
   * Refuses a shape of nothing.
   *
   * @param spec of the command
   */
  public void requireSense(CommandSpec spec) {
    if (clipConfig != null && clip == null) {
      throw Misuse.of(spec, "--clip-config is the shape of --clip, which is missing");
    }
  }

  /**
   * Loads it.
   *
   * @param format in which it multiplies
   * @param where on which device
   * @return the tower, which the caller closes
   * @throws IOException if a file cannot be read
   */
  public ClipImageEncoder load(Precision format, Device where) throws IOException {
    return clipConfig == null
        ? ClipImageEncoder.load(clip, format, where)
        : ClipImageEncoder.load(clip, VisionTransformerConfig.read(clipConfig), format, where);
  }
}
