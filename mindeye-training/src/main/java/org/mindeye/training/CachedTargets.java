// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/**
 * The targets of a whole split, encoded once: in heap memory, where they take {@code samples *
 * tokens * width * 4} bytes, 790 kB per sample at 257x768, or in a {@link TargetCache}. Right as
 * long as images are not augmented.
 */
public final class CachedTargets implements TargetSource {
  static final int BATCH = 32;

  private final ClipSpace space;
  private final ClipFingerprint encoder;
  private final Rows rows;
  private final long[] cocoIds;

  /** Where the numbers of the samples are. */
  interface Rows {
    /** How they are kept, for the record of a run. */
    String description();

    /**
     * Does now what needs no tensor.
     *
     * @param samples by their positions in the list
     * @return makes {@code [samples, tokens, width]}, float32, of the manager it is given
     */
    Function<NDManager, NDArray> read(int[] samples);
  }

  CachedTargets(ClipSpace space, ClipFingerprint encoder, Rows rows, List<Trial> trials) {
    this.space = space;
    this.encoder = encoder;
    this.rows = rows;
    cocoIds = trials.stream().mapToLong(Trial::cocoId).toArray();
  }

  /**
   * Encodes every image of a split.
   *
   * @param encoder the CLIP image encoder
   * @param trials the split; positions in this list are the batches' {@link TrialBatch#indices()}
   * @return the cache
   */
  public static CachedTargets encode(ClipImageEncoder encoder, List<Trial> trials) {
    return encode(encoder, TargetLayer.HIDDEN, trials);
  }

  /**
   * Encodes every image of a split for a final-layer model: one token each, as CLIP writes it, not
   * normalised.
   *
   * @param encoder the CLIP image encoder
   * @param trials the split; positions in this list are the batches' {@link TrialBatch#indices()}
   * @return the cache
   */
  public static CachedTargets encodeFinalLayer(ClipImageEncoder encoder, List<Trial> trials) {
    return encode(encoder, TargetLayer.FINAL, trials);
  }

  private static CachedTargets encode(
      ClipImageEncoder encoder, TargetLayer layer, List<Trial> trials) {
    ClipSpace space = layer.space(encoder);
    float[][] tokens = new float[trials.size()][];
    TrialLoader loader = new TrialLoader(trials, LoaderConfig.evaluation(BATCH));
    for (TrialBatch batch : loader.epoch(0)) {
      float[] all = encodeNow(encoder, layer, batch.trials());
      int[] indices = batch.indices();
      for (int i = 0; i < indices.length; i++) {
        tokens[indices[i]] = Arrays.copyOfRange(all, i * space.size(), (i + 1) * space.size());
      }
    }
    return new CachedTargets(space, encoder.fingerprint(), new HeapRows(space, tokens), trials);
  }

  /** Brings the targets of a few samples to the heap, {@code [trials, tokens, width]}. */
  static float[] encodeNow(ClipImageEncoder encoder, TargetLayer layer, List<Trial> trials) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      ImageBatch images = ImageBatches.ofTrials(trials, scope.manager());
      return layer.encode(encoder, images, scope.manager()).array().toFloatArray();
    }
  }

  /** In heap memory. */
  private record HeapRows(ClipSpace space, float[][] tokens) implements Rows {
    @Override
    public String description() {
      return "encoded once";
    }

    /** Nothing is done ahead: copies would only take room. */
    @Override
    public Function<NDManager, NDArray> read(int[] samples) {
      return owner -> copy(samples, owner);
    }

    private NDArray copy(int[] samples, NDManager owner) {
      float[] flat = new float[Math.multiplyExact(samples.length, space.size())];
      for (int i = 0; i < samples.length; i++) {
        System.arraycopy(tokens[samples[i]], 0, flat, i * space.size(), space.size());
      }
      Shape shape = new Shape(samples.length, space.tokens(), space.width());
      return Torch.copy(owner, flat, shape);
    }
  }

  @Override
  public ClipSpace space() {
    return space;
  }

  @Override
  public String description() {
    return rows.description();
  }

  @Override
  public Optional<ClipFingerprint> encoder() {
    return Optional.of(encoder);
  }

  /**
   * {@inheritDoc}
   *
   * @throws MindEyeException if the batch is of another list: a position holds another image
   */
  @Override
  public ClipTokens targets(TrialBatch batch, NDManager owner) {
    return prepare(batch).apply(owner);
  }

  @Override
  public Function<NDManager, ClipTokens> prepare(TrialBatch batch) {
    requireSameList(batch);
    return rows.read(batch.indices()).andThen(ClipTokens::of);
  }

  /** Targets of the wrong image would train without a complaint. */
  private void requireSameList(TrialBatch batch) {
    int[] indices = batch.indices();
    long[] ids = batch.cocoIds();
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] >= cocoIds.length || cocoIds[indices[i]] != ids[i]) {
        throw new MindEyeException(
            "cached targets: sample "
                + batch.keys().get(i)
                + " (coco "
                + ids[i]
                + ") is at position "
                + indices[i]
                + ", where the cache of "
                + Plural.of(cocoIds.length, "image")
                + " has "
                + (indices[i] < cocoIds.length ? "coco " + cocoIds[indices[i]] : "none")
                + "; encode the list that is batched");
      }
    }
  }

  /**
   * All targets in the order of the split, for retrieval.
   *
   * @param owner the manager that owns the result
   * @return {@code [samples, tokens * width]}, rows of length 1
   */
  public ClipVectors all(NDManager owner) {
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      NDList parts = new NDList();
      for (int from = 0; from < cocoIds.length; from += BATCH) {
        int to = Math.min(cocoIds.length, from + BATCH);
        parts.add(unitVectors(IntStream.range(from, to).toArray(), scope.manager()));
      }
      NDArray all = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
      return ClipVectors.of(scope.keep(all, owner));
    }
  }

  private NDArray unitVectors(int[] samples, NDManager owner) {
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      ClipTokens tokens = ClipTokens.of(rows.read(samples).apply(scope.manager()));
      return scope.keep(tokens.toUnitVectors().array(), owner);
    }
  }
}
