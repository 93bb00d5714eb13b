// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipScorer;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The choice among painted pictures: shrinking them, CLIP's tokens, cosines with the brain's.
 *
 * <p>A plain computation at the published size takes minutes, so every run compares the score of
 * the last of {@code SMALL} pictures with one, and that of the measured network with a cosine of
 * its own tokens for pixels that were shrunk plainly.
 */
public class BestOf extends DeviceBenchmark {
  @Param({"SMALL", "PAPER"})
  ClipSize clip;

  @Param({"1", "16"})
  int batch;

  private ClipScorer scorer;
  private ImageBatch painted;
  private ClipVectors brain;

  /** Creates the benchmark; JMH fills in the parameters. */
  public BestOf() {}

  /** Draws weights, pictures and a brain; compares the score of the last picture. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager);
    ClipVisionTransformer network = network(clip, Precision.FLOAT32, manager);
    scorer = ClipScorer.ofTokens(ClipImageEncoder.of(network));
    painted = painted(clip, batch, manager);
    brain = brain(clip, manager);
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      int size = clip.config().patches().imageSize();
      float[] pixels = PlainClip.pixels(last(painted), size);
      NDArray input = Torch.copy(scope.manager(), pixels, new Shape(1, 3, size, size));
      float[] tokens = network.forward(ClipPixels.of(input)).tokens().array().toFloatArray();
      check(scorer.score(painted, brain), PlainClip.doubles(tokens), brain);
    }
  }

  private void checkSmall(NDManager manager) {
    try (CallScope scope = CallScope.open(manager.getDevice());
        ClipVisionTransformer network = network(ClipSize.SMALL, Precision.FLOAT32, manager)) {
      ImageBatch pictures = painted(ClipSize.SMALL, batch, scope.manager());
      ClipVectors wanted = brain(ClipSize.SMALL, scope.manager());
      float[] pixels =
          PlainClip.pixels(last(pictures), ClipSize.SMALL.config().patches().imageSize());
      float[] scores = ClipScorer.ofTokens(ClipImageEncoder.of(network)).score(pictures, wanted);
      check(scores, new PlainClip(network).tokens(pixels), wanted);
    }
  }

  /** Lengths of tokens and pictures cancel out. */
  private static void check(float[] scores, double[] tokens, ClipVectors brain) {
    float[] wanted = brain.array().toFloatArray();
    double product = 0;
    for (int i = 0; i < tokens.length; i++) {
      product += tokens[i] * wanted[i];
    }
    double length = Math.sqrt(Arrays.stream(tokens).map(v -> v * v).sum());
    Check.near("score", scores[scores.length - 1], product / length, 1e-6);
  }

  /** Draws weights, in a format. */
  static ClipVisionTransformer network(ClipSize size, Precision precision, NDManager manager) {
    ClipVisionTransformer network = new ClipVisionTransformer(size.config());
    network.storeIn(precision);
    network.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
    return network;
  }

  /** Gray around the middle; none is clamped. */
  static ImageBatch painted(ClipSize size, int batch, NDManager owner) {
    Shape shape = new Shape(batch, 3, size.painted(), size.painted());
    try (NDArray noise = NoiseSource.seeded(SEED, 2).normal(owner, shape);
        NDArray spread = Torch.scalar(noise, 0.1);
        NDArray spreadOut = noise.mul(spread)) {
      return ImageBatch.of(spreadOut.add(0.5));
    }
  }

  private static ClipVectors brain(ClipSize size, NDManager owner) {
    int width = size.config().hiddenSpace().size();
    return KnownVectors.draw(owner, NoiseSource.seeded(SEED, 3), 1, width).wide();
  }

  static float[] last(ImageBatch pictures) {
    try (NDArray last = pictures.array().get(pictures.batch() - 1)) {
      return last.toFloatArray();
    }
  }

  /**
   * One choice.
   *
   * @return a score for each picture
   */
  @Benchmark
  public float[] score() {
    return scorer.score(painted, brain);
  }

  /** Frees the weights. */
  @TearDown
  public void closeScorer() {
    scorer.close();
  }
}
