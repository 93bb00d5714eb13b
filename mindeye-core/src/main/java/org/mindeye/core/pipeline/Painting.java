// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.PaintingProgress.Stage;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;

/** One reconstruction: the candidates, as many at once as the decoder takes, and the choice. */
final class Painting {
  /**
   * The stream of the start, of no candidate's seed: it is drawn alike for all of them, so that one
   * can be painted again alone.
   */
  private static final long START = 1;

  private final Stages stages;
  private final DecodeConfig config;
  private final PaintingWatch watch;
  private final NDManager manager;
  private final Stopwatch clock = new Stopwatch();

  Painting(Stages stages, DecodeConfig config, PaintingWatch watch, NDManager manager) {
    this.stages = stages;
    this.config = config;
    this.watch = watch;
    this.manager = manager;
  }

  /** Paints what one brain saw; the batch has one row. */
  Reconstruction of(VoxelBatch voxels) {
    BrainEmbedding brain =
        single(Stage.ENCODING, 0, () -> stages.encoder().encode(voxels, manager));
    ClipVectors wanted = stages.scorer() == null ? null : brain.projected().toUnitVectors();
    if (stages.lowLevel() == null) {
      return Reconstruction.of(candidates(brain.tokens(), null, wanted), clock.timings());
    }
    ImageBatch blurry = single(Stage.LOW_LEVEL, 0, () -> blurry(voxels));
    List<Candidate> candidates =
        config.strength() == 0
            ? List.of(unpainted(blurry, wanted))
            : candidates(brain.tokens(), start(blurry), wanted);
    BufferedImage shown = Pictures.of(blurry).get(0);
    return Reconstruction.of(candidates, clock.timings()).withBlurry(shown);
  }

  private ImageBatch blurry(VoxelBatch voxels) {
    return stages.decoder().show(stages.lowLevel().predict(voxels, manager), manager);
  }

  /** Of strength 0. */
  private Candidate unpainted(ImageBatch blurry, ClipVectors wanted) {
    ImageBatch image = ImageBatch.of(blurry.array().clip(0, 1));
    return finished(image, 0, wanted).get(0);
  }

  /** Null where the painting starts from noise. */
  private VaeLatents start(ImageBatch blurry) {
    return config.strength() == 1
        ? null
        : clock.time(
            Stage.LOW_LEVEL,
            () -> stages.decoder().start(blurry, NoiseSource.seeded(0, START), manager));
  }

  private List<Candidate> candidates(BrainTokens brain, VaeLatents start, ClipVectors wanted) {
    List<Candidate> all = new ArrayList<>();
    while (all.size() < config.candidates()) {
      int count = Math.min(stages.decoder().batch(), config.candidates() - all.size());
      all.addAll(candidates(all.size(), count, brain, start, wanted));
    }
    return all;
  }

  /** Each has one stream for the whole picture, read in the published order: prior, decoder. */
  private List<Candidate> candidates(
      int first, int count, BrainTokens brain, VaeLatents start, ClipVectors wanted) {
    try (CallScope scope = CallScope.open(stages.device())) {
      NDManager own = scope.manager();
      List<NoiseSource> streams =
          LongStream.range(first, first + count)
              .mapToObj(i -> NoiseSource.seeded(config.seed() + i))
              .toList();
      NoiseSource noise = NoiseSource.perRow(streams);
      BrainTokens condition = BrainTokens.of(repeated(brain.array(), count, own));
      ClipTokens tokens =
          clock.time(
              Stage.PRIOR,
              () -> stages.prior().sample(condition, noise, watch.of(Stage.PRIOR, first), own));
      StepListener steps = watch.of(Stage.PAINTING, first);
      ImageBatch images =
          clock.time(Stage.PAINTING, () -> painted(tokens, start, noise, steps, own));
      return finished(images, first, wanted);
    }
  }

  private ImageBatch painted(
      ClipTokens tokens, VaeLatents start, NoiseSource noise, StepListener steps, NDManager owner) {
    ImageDecoder decoder = stages.decoder();
    if (start == null) {
      return decoder.decode(tokens, config, noise, steps, owner);
    }
    VaeLatents all = VaeLatents.of(repeated(start.array(), tokens.batch(), owner));
    return decoder.decode(tokens, all, config, noise, steps, owner);
  }

  /** As often as there are candidates, owned by the manager. */
  private static NDArray repeated(NDArray row, int count, NDManager owner) {
    NDArray all = row.repeat(0, count);
    all.attach(owner);
    return all;
  }

  /** Scored, if there is something to compare with, and off the device. */
  private List<Candidate> finished(ImageBatch images, int first, ClipVectors wanted) {
    List<BufferedImage> pictures = clock.time(Stage.PAINTING, () -> Pictures.of(images));
    float[] scores =
        wanted == null
            ? null
            : single(Stage.SCORING, first, () -> stages.scorer().score(images, wanted));
    List<Candidate> finished = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Candidate candidate = Candidate.of(pictures.get(i), config.seed() + first + i);
      finished.add(scores == null ? candidate : candidate.withScore(scores[i]));
    }
    return finished;
  }

  private <T> T single(Stage stage, int candidate, Supplier<T> work) {
    watch.beginning(stage, candidate);
    return clock.time(stage, work);
  }
}
