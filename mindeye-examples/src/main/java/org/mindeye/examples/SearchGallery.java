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
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.training.CachedTargets;

/** Looks for the pictures that a brain saw in a gallery, with trained weights from a file. */
public final class SearchGallery {
  private SearchGallery() {}

  /**
   * Searches the test pictures of a quickstart.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    System.exit(
        Program.run(
            "SearchGallery",
            System.err,
            () -> run(made.weights(), made.clip(), made.trials(Split.TEST), System.out)));
  }

  static void run(Path weights, Path clipWeights, List<Trial> trials, PrintStream out)
      throws IOException {
    Device device = Torch.device("cpu");
    // snippet: search
    try (ClipImageEncoder clip = ClipImageEncoder.load(clipWeights, device);
        NDManager owner = Torch.newManager(device)) {
      ClipVectors images = CachedTargets.encode(clip, trials).all(owner); // one row per picture
      long[] ids = trials.stream().mapToLong(Trial::cocoId).toArray();
      try (MindEyePipeline mindEye =
          MindEyePipeline.builder(device)
              .encoder(() -> BackboneEncoder.load(weights, device))
              .retriever(() -> ExactIndex.of(images, ids, device))
              .build()) {
        int first = 0;
        for (Trial trial : trials) {
          Neighbor best = mindEye.retrieve(trial.meanVoxels(), 1).get(0);
          first += best.id() == trial.cocoId() ? 1 : 0;
        }
        out.printf(Locale.ROOT, "the seen picture came first for %d of %d%n", first, ids.length);
      }
    }
    // end: search
  }
}
