// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;

/** Stages whose answers a test can compute itself, and that tell when they are closed. */
final class Fakes {
  static final Device CPU = Device.cpu();
  static final int VOXELS = 7;
  static final ClipSpace SPACE = new ClipSpace(3, 4);

  private Fakes() {}

  static BackboneEncoder encoder() {
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(VOXELS).withHidden(8).withSpace(SPACE).withProjector(16));
    backbone.initialize(CPU, NoiseSource.seeded(1));
    return BackboneEncoder.of(backbone);
  }

  static float[] voxels(long seed) {
    float[] voxels = new float[VOXELS];
    NoiseSource.seeded(seed).normal(voxels);
    return voxels;
  }

  /** Writes its name into a log when closed, and then fails if the test asks for it. */
  private abstract static class Closing implements AutoCloseable {
    final List<String> closed;
    private final String name;
    private final boolean failing;

    Closing(String name, List<String> closed, boolean failing) {
      this.name = name;
      this.closed = closed;
      this.failing = failing;
    }

    @Override
    public void close() {
      closed.add(name);
      if (failing) {
        throw new IllegalStateException(name + " is stuck");
      }
    }
  }

  static final class Encoder extends Closing implements VoxelEncoder {
    private final Device device;

    Encoder(Device device, List<String> closed, boolean failing) {
      super("encoder", closed, failing);
      this.device = device;
    }

    @Override
    public int voxels() {
      return VOXELS;
    }

    @Override
    public ClipSpace space() {
      return SPACE;
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public BrainEmbedding encode(VoxelBatch voxels, NDManager owner) {
      throw new AssertionError("not used");
    }
  }

  /** Adds noise to the condition. */
  static final class Prior extends Closing implements EmbeddingPrior {
    private final Device device;
    private final ClipSpace space;

    Prior(Device device, ClipSpace space, List<String> closed, boolean failing) {
      super("prior", closed, failing);
      this.device = device;
      this.space = space;
    }

    @Override
    public ClipSpace space() {
      return space;
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public ClipTokens sample(
        BrainTokens condition, NoiseSource noise, StepListener steps, NDManager owner) {
      try (CallScope scope = CallScope.open(device)) {
        steps.beforeStep(0, 2);
        steps.beforeStep(1, 2);
        NDArray tokens = condition.array();
        NDArray drawn = noise.normal(scope.manager(), tokens.getShape());
        return ClipTokens.of(scope.keep(tokens.add(drawn), owner));
      }
    }
  }

  static final Shape LATENTS = new Shape(4, 2, 2);

  /** Latents that all equal the mean voxel. */
  static final class Branch extends Closing implements LatentBranch {
    private final Device device;
    private final int voxels;

    Branch(Device device, int voxels, List<String> closed, boolean failing) {
      super("branch", closed, failing);
      this.device = device;
      this.voxels = voxels;
    }

    @Override
    public int voxels() {
      return voxels;
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public Shape latents() {
      return LATENTS;
    }

    @Override
    public VaeLatents predict(VoxelBatch batch, NDManager owner) {
      try (CallScope scope = CallScope.open(device)) {
        NDArray mean = batch.array().mean(new int[] {1}).reshape(batch.batch(), 1, 1, 1);
        NDArray latents = mean.broadcast(new Shape(batch.batch(), 4, 2, 2)).mul(1);
        return VaeLatents.of(scope.keep(latents, owner));
      }
    }
  }

  /** Answers with the id 0 and the query's first number, k times. */
  static final class Gallery extends Closing implements Retriever {
    private final int width;

    Gallery(int width, List<String> closed, boolean failing) {
      super("retriever", closed, failing);
      this.width = width;
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public long size() {
      return 1;
    }

    @Override
    public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
      float[] all = queries.array().toFloatArray();
      List<List<Neighbor>> answers = new ArrayList<>();
      for (int row = 0; row < queries.batch(); row++) {
        List<Neighbor> answer = new ArrayList<>();
        for (int i = 0; i < k; i++) {
          answer.add(new Neighbor(i, all[row * width + i]));
        }
        answers.add(answer);
      }
      return answers;
    }
  }

  /** A picture of 2 x 2: red is a token, green the noise, blue the start latents or nothing. */
  static final class Painter extends Closing implements ImageDecoder {
    private final Device device;
    private final ClipSpace space;
    private final List<Integer> batches = new ArrayList<>();
    private int batch = 1;
    private Shape latents = LATENTS;
    private DecodeConfig config;

    Painter(Device device, ClipSpace space, List<String> closed, boolean failing) {
      super("decoder", closed, failing);
      this.device = device;
      this.space = space;
    }

    Painter withBatch(int count) {
      batch = count;
      return this;
    }

    Painter withLatents(Shape shape) {
      latents = shape;
      return this;
    }

    DecodeConfig lastConfig() {
      return config;
    }

    /** How many pictures each call painted. */
    List<Integer> batches() {
      return batches;
    }

    @Override
    public ClipSpace space() {
      return space;
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public Shape latents() {
      return latents;
    }

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public ImageBatch decode(
        ClipTokens tokens,
        DecodeConfig decodeConfig,
        NoiseSource noise,
        StepListener steps,
        NDManager owner) {
      try (CallScope scope = CallScope.open(device)) {
        Shape planes = new Shape(tokens.batch(), 1, 2, 2);
        NDArray nothing = scope.manager().full(planes, Float.NEGATIVE_INFINITY);
        return decode(tokens, nothing, decodeConfig, noise, steps, owner);
      }
    }

    @Override
    public ImageBatch decode(
        ClipTokens tokens,
        VaeLatents start,
        DecodeConfig decodeConfig,
        NoiseSource noise,
        StepListener steps,
        NDManager owner) {
      return decode(tokens, start.array().get(":, 0:1"), decodeConfig, noise, steps, owner);
    }

    /** The latents themselves, whatever their range. */
    @Override
    public ImageBatch show(VaeLatents shown, NDManager owner) {
      try (CallScope scope = CallScope.open(device)) {
        return ImageBatch.of(scope.keep(shown.array().get(":, 0:3").mul(1), owner));
      }
    }

    /** Red and a drawn number. */
    @Override
    public VaeLatents start(ImageBatch blurry, NoiseSource noise, NDManager owner) {
      try (CallScope scope = CallScope.open(device)) {
        NDArray drawn = noise.normal(scope.manager(), new Shape(1, 4, 2, 2));
        return VaeLatents.of(scope.keep(drawn.add(blurry.array().get(":, 0:1")), owner));
      }
    }

    private ImageBatch decode(
        ClipTokens tokens,
        NDArray start,
        DecodeConfig decodeConfig,
        NoiseSource noise,
        StepListener steps,
        NDManager owner) {
      config = decodeConfig;
      int rows = tokens.batch();
      batches.add(rows);
      try (CallScope scope = CallScope.open(device)) {
        Shape planes = new Shape(rows, 1, 2, 2);
        for (int i = 0; i < decodeConfig.steps(); i++) {
          steps.beforeStep(i, decodeConfig.steps());
        }
        NDArray red = Activation.sigmoid(tokens.array().get(":, 0, 0")).reshape(rows, 1, 1, 1);
        NDArray green = noise.uniform(scope.manager(), planes);
        NDArray blue = Activation.sigmoid(start);
        NDArray image = red.broadcast(planes).concat(green, 1).concat(blue, 1);
        return ImageBatch.of(scope.keep(image, owner));
      }
    }
  }

  /** The green of the upper left pixel, which is noise. */
  static final class Scorer extends Closing implements CandidateScorer {
    private final Device device;
    private final ClipSpace space;

    Scorer(Device device, ClipSpace space, List<String> closed, boolean failing) {
      super("scorer", closed, failing);
      this.device = device;
      this.space = space;
    }

    @Override
    public ClipSpace space() {
      return space;
    }

    @Override
    public Device device() {
      return device;
    }

    @Override
    public float[] score(ImageBatch painted, ClipVectors brain) {
      float[] scores = new float[painted.batch()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = painted.array().getFloat(i, 1, 0, 0);
      }
      return scores;
    }
  }
}
