// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
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
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/**
 * The targets of a whole split, encoded once and kept in heap memory: {@code samples * tokens *
 * width * 4} bytes, so 790 kB per sample at 257x768. Right as long as images are not augmented.
 */
public final class CachedTargets implements TargetSource {
  static final int BATCH = 32;

  private final ClipSpace space;
  private final ClipFingerprint encoder;
  private final float[][] tokens;
  private final long[] cocoIds;

  private CachedTargets(
      ClipSpace space, ClipFingerprint encoder, float[][] tokens, long[] cocoIds) {
    this.space = space;
    this.encoder = encoder;
    this.tokens = tokens;
    this.cocoIds = cocoIds;
  }

  /**
   * Encodes every image of a split.
   *
   * @param encoder the CLIP image encoder
   * @param trials the split; positions in this list are the batches' {@link TrialBatch#indices()}
   * @return the cache
   */
  public static CachedTargets encode(ClipImageEncoder encoder, List<Trial> trials) {
    return encode(encoder, encoder.space(), encoder::encodeTokens, trials);
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
    return encode(encoder, encoder.finalSpace(), encoder::encodePooled, trials);
  }

  private static CachedTargets encode(
      ClipImageEncoder encoder,
      ClipSpace space,
      BiFunction<ImageBatch, NDManager, ClipTokens> made,
      List<Trial> trials) {
    float[][] tokens = new float[trials.size()][];
    TrialLoader loader = new TrialLoader(trials, LoaderConfig.evaluation(BATCH));
    for (TrialBatch batch : loader.epoch(0)) {
      try (CallScope scope = CallScope.open(encoder.device())) {
        NDManager manager = scope.manager();
        float[] all = made.apply(batch.images(manager), manager).array().toFloatArray();
        int[] indices = batch.indices();
        for (int i = 0; i < indices.length; i++) {
          tokens[indices[i]] = Arrays.copyOfRange(all, i * space.size(), (i + 1) * space.size());
        }
      }
    }
    long[] cocoIds = trials.stream().mapToLong(Trial::cocoId).toArray();
    return new CachedTargets(space, encoder.fingerprint(), tokens, cocoIds);
  }

  @Override
  public ClipSpace space() {
    return space;
  }

  @Override
  public String description() {
    return "encoded once";
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
    requireSameList(batch);
    return ClipTokens.of(rows(batch.indices(), owner));
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
    int[] every = IntStream.range(0, tokens.length).toArray();
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      ClipVectors vectors = ClipTokens.of(rows(every, scope.manager())).toUnitVectors();
      return ClipVectors.of(scope.keep(vectors.array(), owner));
    }
  }

  private NDArray rows(int[] indices, NDManager owner) {
    float[] flat = new float[Math.multiplyExact(indices.length, space.size())];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(tokens[indices[i]], 0, flat, i * space.size(), space.size());
    }
    return Torch.copy(owner, flat, new Shape(indices.length, space.tokens(), space.width()));
  }
}
