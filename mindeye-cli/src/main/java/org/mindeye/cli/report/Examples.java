// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.ExactIndex;

/** The nearest pictures of some test samples, through the same pipeline an application uses. */
final class Examples {
  /** Of each kind. */
  static final int SHOWN = 5;

  private static final int NEAREST = 5;

  private Examples() {}

  /** The first samples that are found, and the worst ones that are not. */
  static List<Example> of(BackboneEncoder encoder, EncodedSplit test, int[] ranks)
      throws IOException {
    int[] chosen = chosen(ranks);
    float[][] voxels = new float[chosen.length][];
    for (int i = 0; i < chosen.length; i++) {
      voxels[i] = test.trials().get(chosen[i]).meanVoxels();
    }
    long[] positions = LongStream.range(0, test.size()).toArray();
    try (NDManager manager = Torch.newManager(encoder.device());
        MindEyePipeline pipeline =
            MindEyePipeline.builder(encoder.device())
                .lendEncoder(encoder)
                .retriever(
                    () -> ExactIndex.of(test.targets().all(manager), positions, encoder.device()))
                .build()) {
      int count = Math.min(NEAREST, test.size());
      List<List<Neighbor>> nearest = pipeline.retrieveAll(voxels, count);
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < chosen.length; i++) {
        examples.add(new Example(chosen[i], ranks[chosen[i]], nearest.get(i)));
      }
      return examples;
    }
  }

  private static int[] chosen(int[] ranks) {
    Stream<Integer> hits =
        IntStream.range(0, ranks.length).filter(i -> ranks[i] == 1).limit(SHOWN).boxed();
    Stream<Integer> misses =
        IntStream.range(0, ranks.length)
            .filter(i -> ranks[i] > 1)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> ranks[i]).reversed())
            .limit(SHOWN);
    return Stream.concat(hits, misses).mapToInt(Integer::intValue).toArray();
  }
}
