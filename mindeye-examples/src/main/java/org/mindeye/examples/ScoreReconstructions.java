// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.ImagePair;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;

/** Scores a folder of reconstructions against the folder of what was seen. */
public final class ScoreReconstructions {
  private ScoreReconstructions() {}

  /**
   * Prints the scores and writes them, with all that they were made of, as JSON.
   *
   * @param arguments a folder of pictures, a folder of reconstructions whose files are called the
   *     same, and the file to write
   */
  public static void main(String[] arguments) {
    System.exit(Program.run("ScoreReconstructions", System.err, () -> run(System.out, arguments)));
  }

  static void run(PrintStream out, String... arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "expected a folder of pictures, one of reconstructions, and the file to write");
    }
    PairSource pairs = Folders.of(Path.of(arguments[0]), Path.of(arguments[1]));
    Device device = Torch.device("cpu");
    // snippet: score
    EvaluationResult result =
        ReconstructionEvaluator.of(EvaluationProtocol.mindEye1())
            .evaluate(pairs, progress -> out.println(progress), device);
    for (MetricScore score : result.scores()) {
      out.printf(
          Locale.ROOT,
          "%-8s %.4f, 95 %% interval %.4f to %.4f; pairs that do not belong together %.4f, p %.4f%n",
          score.metric(),
          score.mean(),
          score.uncertainty().low(),
          score.uncertainty().high(),
          score.significance().chance(),
          score.significance().pValue());
    }
    result.missing().forEach(out::println);
    Files.writeString(Path.of(arguments[2]), DocumentWriter.text(result));
    // end: score
  }

  // snippet: source
  private record Folders(List<String> names, Path seen, Path painted) implements PairSource {
    static Folders of(Path seen, Path painted) throws IOException {
      try (Stream<Path> files = Files.list(seen)) {
        List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
        return new Folders(names, seen, painted);
      }
    }

    @Override
    public int size() {
      return names.size();
    }

    @Override
    public ImagePair read(int index, NDManager owner) throws IOException {
      String name = names.get(index);
      return ImagePair.of(name, picture(seen, name, owner), picture(painted, name, owner));
    }

    private static ImageBatch picture(Path folder, String name, NDManager owner)
        throws IOException {
      byte[] file = Files.readAllBytes(folder.resolve(name));
      SampleOrigin origin = new SampleOrigin(folder.toString(), name);
      return ImageBatches.of(List.of(EncodedImage.of(origin, file, ImageLimits.DEFAULT)), owner);
    }
  }
  // end: source
}
