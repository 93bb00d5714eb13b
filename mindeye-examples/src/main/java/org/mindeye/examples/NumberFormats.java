// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.training.CachedTargets;

/** Compares the formats in which a trained backbone can keep its weights. */
public final class NumberFormats {
  private NumberFormats() {}

  /**
   * Searches the test pictures of a quickstart in each format.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    System.exit(
        Program.run(
            "NumberFormats",
            System.err,
            () -> run(made.weights(), made.clip(), made.trials(Split.TEST), System.out)));
  }

  static void run(Path weights, Path clipWeights, List<Trial> trials, PrintStream out)
      throws IOException {
    Device device = Torch.device("cpu");
    // snippet: compare
    try (ClipImageEncoder clip = ClipImageEncoder.load(clipWeights, device);
        NDManager owner = Torch.newManager(device)) {
      ClipVectors images = CachedTargets.encode(clip, trials).all(owner);
      long[] ids = trials.stream().mapToLong(Trial::cocoId).toArray();
      for (Precision precision : Precision.values()) {
        try (MindEyePipeline mindEye =
            MindEyePipeline.builder(device)
                .encoder(() -> BackboneEncoder.load(weights, precision, device))
                .retriever(() -> ExactIndex.of(images, ids, device))
                .build()) {
          long first = trials.stream().filter(trial -> isFirst(mindEye, trial)).count();
          out.printf(Locale.ROOT, "%s: %d of %d came first%n", precision, first, ids.length);
        }
      }
    }
    out.println("the fastest here is " + Precision.fastest(device));
    // end: compare
  }

  private static boolean isFirst(MindEyePipeline mindEye, Trial trial) {
    return mindEye.retrieve(trial.meanVoxels(), 1).get(0).id() == trial.cocoId();
  }
}
