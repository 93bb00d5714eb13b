// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The looks of reports and charts, resources of this package. */
final class StyleSheet {
  private StyleSheet() {}

  static String read(String name) {
    try (InputStream css = StyleSheet.class.getResourceAsStream(name)) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
