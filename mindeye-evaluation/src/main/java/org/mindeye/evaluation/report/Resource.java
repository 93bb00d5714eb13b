// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What every report carries, resources of this package: its looks, and the script that sorts. */
final class Resource {
  private Resource() {}

  static String read(String name) {
    try (InputStream text = Resource.class.getResourceAsStream(name)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
