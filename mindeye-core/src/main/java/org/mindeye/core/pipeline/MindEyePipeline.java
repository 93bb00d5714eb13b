// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Brain activity in, the seen image found, or painted, out. Inference only, heap data in and out,
 * safe for concurrent callers. The pipeline closes the stages that its builder opened; those that
 * were lent stay the lender's.
 *
 * <pre>{@code
 * try (MindEyePipeline mindEye = MindEyePipeline.builder(device)
 *         .encoder(() -> BackboneEncoder.load(weights, device))
 *         .lendRetriever(index)
 *         .build()) {
 *   List<Neighbor> seen = mindEye.retrieve(voxels, 5);
 * }
 * }</pre>
 */
public final class MindEyePipeline implements AutoCloseable {
  private final Lifetime lifetime = Lifetime.of("MindEyePipeline", this::closeStages);
  private final Stages stages;
  private final List<AutoCloseable> owned;

  MindEyePipeline(Stages stages, List<AutoCloseable> owned) {
    this.stages = stages;
    this.owned = List.copyOf(owned);
  }

  /**
   * Starts a pipeline.
   *
   * @param device where all stages compute
   * @return a builder without stages
   */
  public static PipelineBuilder builder(Device device) {
    return new PipelineBuilder(device);
  }

  /**
   * Finds the gallery images most similar to what one brain saw.
   *
   * @param voxels one sample, as long as the encoder's voxel count
   * @param k how many neighbours
   * @return at most {@code k} neighbours, best first
   * @throws IllegalStateException if the pipeline was built without a retriever, or is closed
   * @throws ShapeMismatchException if the voxel count is wrong
   * @throws NotFiniteException if a voxel is NaN or infinite
   */
  public List<Neighbor> retrieve(float[] voxels, int k) {
    return retrieveAll(new float[][] {voxels}, k).get(0);
  }

  /**
   * Finds the gallery images most similar to what was seen, for many samples in one pass.
   *
   * @param voxels {@code [batch][voxels]}, at least one sample
   * @param k how many neighbours per sample
   * @return one list per sample, each at most {@code k} long, best first
   * @throws IllegalStateException if the pipeline was built without a retriever, or is closed
   * @throws ShapeMismatchException if a voxel count is wrong; the message names the sample
   * @throws NotFiniteException if a voxel is NaN or infinite; the message names the sample
   */
  public List<List<Neighbor>> retrieveAll(float[][] voxels, int k) {
    try (Lifetime.Call call = lifetime.enter();
        CallScope scope = CallScope.open(stages.device())) {
      require(stages.retriever(), "retrieve", "retriever");
      requireSound(voxels);
      BrainEmbedding brain =
          stages.encoder().encode(toBatch(scope.manager(), voxels), scope.manager());
      return stages.retriever().nearest(brain.projected().toUnitVectors(), k);
    }
  }

  /**
   * Paints what one brain saw: encoder, prior, and decoder, started from the low-level branch's
   * blurry picture when the pipeline has one. Of several candidates the scorer chooses the best.
   *
   * <p>Each candidate has a seed and a stream of random numbers of its own, so that it can be
   * painted again alone; the original draws all of them as one batch from one stream. As in the
   * original, the latents that they start from are one draw for all.
   *
   * @param voxels one sample, as long as the encoder's voxel count
   * @param config how to paint, the seed among it
   * @return the pictures, the best first
   * @throws IllegalStateException if the pipeline was built without a prior or a decoder, or
   *     without a scorer for more than one candidate, or is closed
   * @throws IllegalArgumentException if the strength is more than 0 but less than one step
   * @throws ShapeMismatchException if the voxel count is wrong
   * @throws NotFiniteException if a voxel is NaN or infinite
   * @throws java.util.concurrent.CancellationException if the thread is interrupted, see {@link
   *     #reconstructAll}
   */
  public Reconstruction reconstruct(float[] voxels, DecodeConfig config) {
    return reconstructAll(new float[][] {voxels}, config, PaintingListener.NONE).get(0);
  }

  /**
   * Paints what was seen, sample by sample, and says how far it is. All samples are checked before
   * the first is painted. Each is painted with the same seeds, as in the original, and comes out
   * the same, bit by bit, as it does alone.
   *
   * <p>Interrupting the thread cancels the painting before its next step, as {@code
   * Future.cancel(true)} does, with a {@code CancellationException}; the thread stays interrupted.
   * So does anything that the listener throws, which is passed on. Nothing is left behind then, and
   * the pipeline can be used as before.
   *
   * @param voxels {@code [batch][voxels]}, at least one sample
   * @param config how to paint, the seed among it
   * @param listener is notified before every step
   * @return one reconstruction per sample, all of their pictures on the heap; call {@link
   *     #reconstruct} for one after the other where that is too much
   * @throws IllegalStateException if the pipeline was built without a prior or a decoder, or
   *     without a scorer for more than one candidate, or is closed
   * @throws IllegalArgumentException if the strength is more than 0 but less than one step
   * @throws ShapeMismatchException if a voxel count is wrong; the message names the sample
   * @throws NotFiniteException if a voxel is NaN or infinite; the message names the sample
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public List<Reconstruction> reconstructAll(
      float[][] voxels, DecodeConfig config, PaintingListener listener) {
    try (Lifetime.Call call = lifetime.enter()) {
      Objects.requireNonNull(config, "config");
      Objects.requireNonNull(listener, "listener");
      requirePainting(config);
      requireSound(voxels);
      List<Reconstruction> painted = new ArrayList<>();
      for (int i = 0; i < voxels.length; i++) {
        PaintingWatch watch = new PaintingWatch(listener, i, voxels.length, config.candidates());
        try (CallScope scope = CallScope.open(stages.device())) {
          VoxelBatch one = toBatch(scope.manager(), voxels[i]);
          painted.add(new Painting(stages, config, watch, scope.manager()).of(one));
        }
      }
      return painted;
    }
  }

  private void requirePainting(DecodeConfig config) {
    require(stages.prior(), "reconstruct", "prior");
    require(stages.decoder(), "reconstruct", "decoder");
    if (config.candidates() > 1 && stages.scorer() == null) {
      throw new IllegalStateException(
          "reconstruct of "
              + Plural.of(config.candidates(), "candidate")
              + " needs a scorer: give the builder one with .scorer(…), or ask for one"
              + " candidate with config.withCandidates(1)");
    }
    if (stages.lowLevel() != null && config.strength() > 0 && config.repaintedSteps() == 0) {
      throw new IllegalArgumentException(
          "strength: expected at least one of the "
              + Plural.of(config.steps(), "step")
              + ", or 0 for the blurry picture itself, but was "
              + config.strength());
    }
  }

  private void requireSound(float[][] samples) {
    Objects.requireNonNull(samples, "voxels");
    if (samples.length == 0) {
      throw new ShapeMismatchException("voxels: expected at least one sample but there is none");
    }
    int width = stages.encoder().voxels();
    for (int i = 0; i < samples.length; i++) {
      Objects.requireNonNull(samples[i], "voxels of sample " + i);
      if (samples[i].length != width) {
        throw new ShapeMismatchException(
            "voxels of sample " + i + ": expected " + width + " but found " + samples[i].length);
      }
    }
    Finite.require("voxels", samples, "repair or leave out the data");
  }

  private VoxelBatch toBatch(NDManager manager, float[]... samples) {
    int width = stages.encoder().voxels();
    float[] all = new float[Math.multiplyExact(samples.length, width)];
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(samples[i], 0, all, i * width, width);
    }
    return VoxelBatch.of(Torch.copy(manager, all, new Shape(samples.length, width)));
  }

  private static void require(Object stage, String method, String name) {
    if (stage == null) {
      throw new IllegalStateException(
          method + " needs a " + name + ": give the builder one with ." + name + "(…)");
    }
  }

  /**
   * Closes all stages but the lent ones, the later ones first, after waiting for calls in flight;
   * see {@link Lifetime#close()}. Closing again is harmless.
   */
  @Override
  public void close() {
    lifetime.close();
  }

  private void closeStages() {
    try (CloseOnFailure open = new CloseOnFailure()) {
      owned.forEach(open::add); // the later ones are closed first
    }
  }
}
