// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, as written down by the build. */
public final class Versions implements IVersionProvider {
  private static final String RESOURCE = "/org/mindeye/cli/versions.properties";

  private final Properties versions = new Properties();

  /** Reads what the build noted. */
  public Versions() {
    try (InputStream file = Versions.class.getResourceAsStream(RESOURCE)) {
      versions.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }

  /**
   * The version of a part.
   *
   * @param part {@code mindeye}, {@code djl} or {@code libtorch}
   * @return its version
   */
  public String of(String part) {
    return versions.getProperty(part);
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "mindeye " + of("mindeye"),
      "DJL " + of("djl"),
      "libtorch " + of("libtorch"),
      "Java " + Runtime.version()
    };
  }
}
