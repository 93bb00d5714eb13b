package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.kernel.Lifetime;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * Brain activity in, the seen image found, or painted, out. Inference only, heap data in and out,
 * safe for concurrent callers. The pipeline owns its stages and closes them.
 *
 * <pre>{@code
 * try (MindEyePipeline mindEye = MindEyePipeline.builder(device)
 *         .encoder(BackboneEncoder.of(backbone))
 *         .retriever(index)
 *         .build()) {
 *   List<Neighbor> seen = mindEye.retrieve(voxels, 5);
 * }
 * }</pre>
 */
public final class MindEyePipeline implements AutoCloseable {
  private final Lifetime lifetime = Lifetime.of("MindEyePipeline", this::closeStages);
  private final Device device;
  private final VoxelEncoder encoder;
  private final EmbeddingPrior prior;
  private final LatentBranch latentBranch;
  private final Retriever retriever;
  private final ImageDecoder decoder;

  private MindEyePipeline(Builder builder) {
    device = builder.device;
    encoder = builder.encoder;
    prior = builder.prior;
    latentBranch = builder.latentBranch;
    retriever = builder.retriever;
    decoder = builder.decoder;
  }

  /**
   * Starts a pipeline.
   *
   * @param device where all stages compute
   * @return a builder without stages
   */
  public static Builder builder(Device device) {
    return new Builder(device);
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
        CallScope scope = CallScope.open(device)) {
      require(retriever, "retrieve", "retriever");
      BrainEmbedding brain = encoder.encode(toBatch(scope.manager(), voxels), scope.manager());
      return retriever.nearest(brain.projected().toUnitVectors(), k);
    }
  }

  /**
   * Paints what one brain saw: encoder, prior, and decoder, started from the low-level branch's
   * blurry picture when the pipeline has one.
   *
   * @param voxels one sample, as long as the encoder's voxel count
   * @param options how to paint, the seed among it
   * @return the picture
   * @throws IllegalStateException if the pipeline was built without a prior or a decoder, or is
   *     closed
   * @throws ShapeMismatchException if the voxel count is wrong
   * @throws NotFiniteException if a voxel is NaN or infinite
   */
  public Reconstruction reconstruct(float[] voxels, DecodeOptions options) {
    try (Lifetime.Call call = lifetime.enter();
        CallScope scope = CallScope.open(device)) {
      require(prior, "reconstruct", "prior");
      require(decoder, "reconstruct", "decoder");
      NDManager manager = scope.manager();
      VoxelBatch batch = toBatch(manager, new float[][] {voxels});
      // One stream for the whole picture, read in the published order: prior first, then decoder.
      NoiseSource noise = NoiseSource.seeded(options.seed());
      ClipTokens tokens = prior.sample(encoder.encode(batch, manager).tokens(), noise, manager);
      Optional<VaeLatents> start =
          Optional.ofNullable(latentBranch).map(branch -> branch.predict(batch, manager));
      ImageBatch image = decoder.decode(tokens, start, options, noise, manager);
      return Reconstruction.ofPlanes(image.array().toFloatArray(), image.height(), image.width());
    }
  }

  private VoxelBatch toBatch(NDManager manager, float[][] samples) {
    if (samples.length == 0) {
      throw new ShapeMismatchException("voxels: expected at least one sample but there is none");
    }
    int width = encoder.voxels();
    float[] all = new float[Math.multiplyExact(samples.length, width)];
    for (int i = 0; i < samples.length; i++) {
      if (samples[i].length != width) {
        throw new ShapeMismatchException(
            "voxels of sample " + i + ": expected " + width + " but found " + samples[i].length);
      }
      System.arraycopy(samples[i], 0, all, i * width, width);
    }
    Finite.require("voxels", samples, "repair or leave out the data");
    return VoxelBatch.of(Torch.copy(manager, all, new Shape(samples.length, width)));
  }

  private static void require(Object stage, String method, String name) {
    if (stage == null) {
      throw new IllegalStateException(
          method + " needs a " + name + ": give the builder one with ." + name + "(…)");
    }
  }

  /**
   * Closes all stages, the later ones first, after waiting for calls in flight; see {@link
   * Lifetime#close()}. Closing again is harmless.
   */
  @Override
  public void close() {
    lifetime.close();
  }

  private void closeStages() {
    Stages.closeAll(Stream.of(decoder, retriever, latentBranch, prior, encoder));
  }

  /** Collects the stages. They belong to the pipeline once {@link #build()} has succeeded. */
  public static final class Builder {
    private final Device device;
    private VoxelEncoder encoder;
    private EmbeddingPrior prior;
    private LatentBranch latentBranch;
    private Retriever retriever;
    private ImageDecoder decoder;

    private Builder(Device device) {
      this.device = Objects.requireNonNull(device, "device");
    }

    /**
     * Sets the encoder, which every pipeline needs.
     *
     * @param stage voxels to CLIP space
     * @return this builder
     */
    public Builder encoder(VoxelEncoder stage) {
      encoder = stage;
      return this;
    }

    /**
     * Sets the prior, needed to reconstruct.
     *
     * @param stage brain tokens to image tokens
     * @return this builder
     */
    public Builder prior(EmbeddingPrior stage) {
      prior = stage;
      return this;
    }

    /**
     * Sets the low-level branch, which improves reconstructions.
     *
     * @param stage voxels to latents
     * @return this builder
     */
    public Builder lowLevel(LatentBranch stage) {
      latentBranch = stage;
      return this;
    }

    /**
     * Sets the gallery, needed to retrieve.
     *
     * @param stage the index
     * @return this builder
     */
    public Builder retriever(Retriever stage) {
      retriever = stage;
      return this;
    }

    /**
     * Sets the painter, needed to reconstruct.
     *
     * @param stage image tokens to pictures
     * @return this builder
     */
    public Builder decoder(ImageDecoder stage) {
      decoder = stage;
      return this;
    }

    /**
     * Checks the stages against each other and joins them.
     *
     * @return the pipeline, which owns the stages; on failure they still belong to the caller
     * @throws IllegalArgumentException naming every problem at once
     */
    public MindEyePipeline build() {
      List<String> problems =
          Stages.problems(device, encoder, prior, latentBranch, retriever, decoder);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "the pipeline's stages do not fit together: " + String.join("; ", problems));
      }
      return new MindEyePipeline(this);
    }
  }
}
