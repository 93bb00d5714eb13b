// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.util.List;
import java.util.Locale;
import org.mindeye.core.engine.Precision;

/**
 * What one JVM measures, in one format.
 *
 * @param kind of work
 * @param weights the name of a {@link Model}, or a file
 * @param precision the format
 * @param size images of the gallery, or samples of a batch
 * @param repeat how often it is timed
 * @param device where
 */
record Task(Kind kind, String weights, Precision precision, int size, int repeat, String device) {
  /** Kinds of work. */
  enum Kind {
    /** From voxels to neighbors. */
    RETRIEVE,
    /** From voxels to a picture. */
    PAINT,
    /** Training steps. */
    TRAIN
  }

  /** Marks files, which could have the name of a model. */
  private static final String FILE = "file:";

  static String file(String path) {
    return FILE + path;
  }

  boolean isFile() {
    return weights.startsWith(FILE);
  }

  String path() {
    return weights.substring(FILE.length());
  }

  Model model() {
    return Model.valueOf(weights);
  }

  /** For messages. */
  String title() {
    return String.format(Locale.ROOT, "%s in %s", kind.name().toLowerCase(Locale.ROOT), precision);
  }

  List<String> arguments() {
    return List.of(
        kind.name(),
        weights,
        precision.name(),
        Integer.toString(size),
        Integer.toString(repeat),
        device);
  }

  static Task of(String... arguments) {
    return new Task(
        Kind.valueOf(arguments[0]),
        arguments[1],
        Precision.valueOf(arguments[2]),
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]),
        arguments[5]);
  }
}
