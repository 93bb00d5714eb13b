package org.mindeye.examples;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} answers, as written down by the build. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties versions = new Properties();
    try (InputStream file = Versions.class.getResourceAsStream("versions.properties")) {
      versions.load(file);
    }
    return new String[] {
      "mindeye " + versions.getProperty("mindeye"),
      "DJL " + versions.getProperty("djl"),
      "libtorch " + versions.getProperty("libtorch"),
      "Java " + Runtime.version()
    };
  }
}
