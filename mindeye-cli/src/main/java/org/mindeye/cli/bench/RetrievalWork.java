// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.retrieval.ExactIndex;

/** One trial at a time, from voxels on the heap to five neighbors on the heap. */
final class RetrievalWork implements AutoCloseable {
  static final int NEIGHBORS = 5;
  private static final int TRIALS = 8;
  private static final long SEED = 1;

  /** Numbers of the gallery that are drawn at a time. */
  private static final int CHUNK = 1 << 22;

  private final MindEyePipeline pipeline;
  private final float[][] trials;

  private RetrievalWork(MindEyePipeline pipeline, float[][] trials) {
    this.pipeline = pipeline;
    this.trials = trials;
  }

  static RetrievalWork open(Task task, Device device) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      BackboneEncoder encoder = opened.add(BenchWeights.encoder(task, device));
      MindEyePipeline pipeline =
          MindEyePipeline.builder(device)
              .encoder(() -> encoder)
              .retriever(() -> gallery(task.size(), encoder, device))
              .build();
      return opened.done(new RetrievalWork(pipeline, trials(encoder.voxels())));
    }
  }

  static float[][] trials(int voxels) {
    NoiseSource noise = NoiseSource.seeded(SEED, 1);
    float[][] trials = new float[TRIALS][voxels];
    for (float[] trial : trials) {
      noise.normal(trial);
    }
    return trials;
  }

  private static ExactIndex gallery(int images, BackboneEncoder encoder, Device device) {
    int tokens = encoder.space().tokens();
    int width = encoder.space().width();
    int atOnce = Math.max(1, CHUNK / encoder.space().size());
    NoiseSource noise = NoiseSource.seeded(SEED, 2);
    try (ExactIndex.Builder builder = ExactIndex.builder(encoder.space().size(), device)) {
      for (int from = 0; from < images; from += atOnce) {
        int to = Math.min(from + atOnce, images);
        try (CallScope scope = CallScope.open(device)) {
          Shape shape = new Shape(to - from, tokens, width);
          ClipTokens drawn = ClipTokens.of(noise.normal(scope.manager(), shape));
          builder.add(drawn.toUnitVectors(), LongStream.range(from, to).toArray());
        }
      }
      return builder.build();
    }
  }

  float run(int repetition) {
    List<Neighbor> found = pipeline.retrieve(trials[repetition % TRIALS], NEIGHBORS);
    return found.get(found.size() - 1).score();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
