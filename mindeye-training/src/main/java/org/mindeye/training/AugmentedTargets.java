// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.data.augmentation.AugmentationPlan;
import org.mindeye.data.augmentation.ImageAugmentation;
import org.mindeye.data.loader.TrialBatch;

/**
 * The targets of images that are augmented again each time and encoded on the fly, as the original
 * trains. A batch's random numbers depend on the seed, its epoch and its step only, so a resumed
 * run sees the targets it would have seen. Each call decodes the images and runs the encoder.
 */
public final class AugmentedTargets implements TargetSource {
  /** Names the stream of the plans: "augm". */
  private static final long PLANS = 0x6175676dL;

  private final ClipImageEncoder encoder;
  private final boolean finalLayer;
  private final AugmentationConfig config;
  private final long seed;

  /**
   * Augments before encoding to all tokens of the last layer.
   *
   * @param encoder the CLIP image encoder; stays the caller's, who closes it after the last batch
   * @param config what happens to the images
   * @param seed of the plans; give training and validation different ones, or the batches of equal
   *     epoch and step are augmented alike
   */
  public AugmentedTargets(ClipImageEncoder encoder, AugmentationConfig config, long seed) {
    this(encoder, false, config, seed);
  }

  private AugmentedTargets(
      ClipImageEncoder encoder, boolean finalLayer, AugmentationConfig config, long seed) {
    this.encoder = Objects.requireNonNull(encoder, "encoder");
    this.finalLayer = finalLayer;
    this.config = Objects.requireNonNull(config, "config");
    this.seed = seed;
  }

  /**
   * Augments before encoding to one token, CLIP's final embedding, not normalised, for a
   * final-layer model.
   *
   * @param encoder as above
   * @param config as above
   * @param seed as above
   * @return the targets
   */
  public static AugmentedTargets ofFinalLayer(
      ClipImageEncoder encoder, AugmentationConfig config, long seed) {
    return new AugmentedTargets(encoder, true, config, seed);
  }

  @Override
  public ClipSpace space() {
    return finalLayer ? encoder.finalSpace() : encoder.space();
  }

  @Override
  public String description() {
    return "augmented by " + config + " with seed " + seed;
  }

  @Override
  public Optional<ClipFingerprint> encoder() {
    return Optional.of(encoder.fingerprint());
  }

  /**
   * What happens to the images of a batch.
   *
   * @param batch some samples
   * @return the plan that {@link #targets} carries out, the same on every call
   */
  public AugmentationPlan plan(TrialBatch batch) {
    TrialImage first = batch.trials().get(0).image();
    NoiseSource noise = NoiseSource.seeded(seed, PLANS, batch.epoch(), batch.step());
    return AugmentationPlan.draw(batch.size(), first.height(), first.width(), config, noise);
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.mindeye.data.MalformedSampleException if images differ in size, or one is damaged
   */
  @Override
  public ClipTokens targets(TrialBatch batch, NDManager owner) {
    return prepare(batch).apply(owner);
  }

  @Override
  public Function<NDManager, ClipTokens> prepare(TrialBatch batch) {
    // One by one: decoded pictures take several times what becomes of them.
    float[][] pixels = ImageAugmentation.apply(plan(batch), ImageBatches.decoding(batch.trials()));
    return owner -> encode(pixels, owner);
  }

  private ClipTokens encode(float[][] pixels, NDManager owner) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      ImageBatch images =
          ImageBatches.ofPixels(pixels, config.size(), config.size(), scope.manager());
      return finalLayer ? encoder.encodePooled(images, owner) : encoder.encodeTokens(images, owner);
    }
  }
}
