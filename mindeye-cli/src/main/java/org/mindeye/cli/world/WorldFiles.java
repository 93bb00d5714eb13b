// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.NamedValues;
import org.mindeye.training.RunFolder;

/** What the trainings of the small world's networks leave at their end. */
final class WorldFiles {
  private static final String SCORES = "scores.json";

  private WorldFiles() {}

  /** Writes a network rounded to float16: half the size. */
  static void writeHalves(Path file, Network network, Map<String, String> metadata)
      throws IOException {
    try (CallScope scope = CallScope.open(network.device())) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      network
          .arrays()
          .forEach((name, array) -> halves.put(name, array.toType(DataType.FLOAT16, true)));
      WeightFiles.write(file, halves, metadata);
    }
  }

  /**
   * Writes a network rounded to float16, and gives it the rounded numbers, so that what is measured
   * next is what was written.
   */
  static void roundToHalves(Path file, Network network, Map<String, String> metadata)
      throws IOException {
    writeHalves(file, network, metadata);
    try (StateDict written = WeightFiles.open(file)) {
      WeightBinder.strict().copyInto(written, network);
    }
  }

  /** Where the scores on test scenes are. */
  static Path scores(RunFolder run) {
    return run.folder().resolve(SCORES);
  }

  /** Writes the scores on test scenes. */
  static void writeScores(RunFolder run, NamedValues values) throws IOException {
    StagedFile.write(scores(run), DocumentWriter.bytes(new Scores(values)));
  }

  /**
   * The scores on test scenes.
   *
   * @param test by name
   */
  record Scores(NamedValues test) {}
}
