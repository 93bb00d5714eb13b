// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;

/** One reconstruction: the candidates one after the other, and the choice among them. */
final class Painting {
  /** What can be timed. */
  private enum Stage {
    ENCODING,
    LOW_LEVEL,
    PRIOR,
    PAINTING,
    SCORING
  }

  private final Stages stages;
  private final DecodeConfig config;
  private final NDManager manager;
  private final long[] nanos = new long[Stage.values().length];

  Painting(Stages stages, DecodeConfig config, NDManager manager) {
    this.stages = stages;
    this.config = config;
    this.manager = manager;
  }

  /** Paints what the one brain of a batch saw. */
  Reconstruction of(VoxelBatch voxels) {
    BrainEmbedding brain = timed(Stage.ENCODING, () -> stages.encoder().encode(voxels, manager));
    VaeLatents start =
        stages.lowLevel() == null
            ? null
            : timed(Stage.LOW_LEVEL, () -> stages.lowLevel().predict(voxels, manager));
    BufferedImage blurry =
        start == null
            ? null
            : timed(Stage.LOW_LEVEL, () -> Pictures.only(stages.decoder().show(start, manager)));
    ClipVectors wanted = stages.scorer() == null ? null : brain.projected().toUnitVectors();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < config.candidates(); i++) {
      candidates.add(candidate(config.seed() + i, brain.tokens(), start, wanted));
    }
    Reconstruction painted = Reconstruction.of(candidates, timings());
    return blurry == null ? painted : painted.withBlurry(blurry);
  }

  /** One stream for the whole picture, read in the published order: prior first, then decoder. */
  private Candidate candidate(long seed, BrainTokens brain, VaeLatents start, ClipVectors wanted) {
    try (CallScope scope = CallScope.open(stages.device())) {
      NDManager own = scope.manager();
      NoiseSource noise = NoiseSource.seeded(seed);
      ClipTokens tokens = timed(Stage.PRIOR, () -> stages.prior().sample(brain, noise, own));
      ImageBatch image = timed(Stage.PAINTING, () -> painted(tokens, start, noise, own));
      Candidate candidate = Candidate.of(timed(Stage.PAINTING, () -> Pictures.only(image)), seed);
      return wanted == null
          ? candidate
          : candidate.withScore(
              timed(Stage.SCORING, () -> stages.scorer().score(image, wanted)[0]));
    }
  }

  private ImageBatch painted(
      ClipTokens tokens, VaeLatents start, NoiseSource noise, NDManager owner) {
    return start == null
        ? stages.decoder().decode(tokens, config, noise, owner)
        : stages.decoder().decode(tokens, start, config, noise, owner);
  }

  private <T> T timed(Stage stage, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanos[stage.ordinal()] += System.nanoTime() - begin;
    }
  }

  private Timings timings() {
    return new Timings(
        took(Stage.ENCODING),
        took(Stage.LOW_LEVEL),
        took(Stage.PRIOR),
        took(Stage.PAINTING),
        took(Stage.SCORING));
  }

  private Duration took(Stage stage) {
    return Duration.ofNanos(nanos[stage.ordinal()]);
  }
}
