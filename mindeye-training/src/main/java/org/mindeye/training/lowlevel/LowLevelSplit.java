// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelConfig;

/**
 * One split of a data set with the latents of its images, each of which is encoded once: the
 * likeliest latents, scaled. They are kept in heap memory, {@code channels * rows * columns * 4}
 * bytes each, so 64 KiB for an image of 512 x 512 and 0.6 GB for the 8859 of a subject. The
 * autoencoder is borrowed: a run also decodes with it, so it stays open until the run is over. A
 * {@link org.mindeye.training.TargetCache} is of no use here: it holds CLIP's tokens, and this
 * recipe has none.
 */
public final class LowLevelSplit {
  private static final int BATCH = 8;

  private final Split split;
  private final List<Trial> trials;
  private final int side;
  private final AutoencoderKl autoencoder;
  private final String autoencoderDigest;
  private final Shape shape;
  private final float[][] latents;

  private LowLevelSplit(
      Split split,
      List<Trial> trials,
      int side,
      AutoencoderKl autoencoder,
      Shape shape,
      float[][] latents) {
    this.split = split;
    this.trials = trials;
    this.side = side;
    this.autoencoder = autoencoder;
    this.autoencoderDigest = WeightDigest.sha256(autoencoder);
    this.shape = shape;
    this.latents = latents;
  }

  /**
   * Reads a source into memory and encodes its images.
   *
   * @param source the samples; stays the caller's to close
   * @param autoencoder with weights; stays the caller's to close, after the run
   * @param side rows, and columns, that images are resized to; divisible by the autoencoder's
   *     reduction (published: 512)
   * @return the split
   * @throws org.mindeye.data.MalformedSampleException if a file or a sample is damaged
   * @throws IllegalArgumentException if there is no sample
   * @throws ShapeMismatchException if the side is not divisible
   */
  public static LowLevelSplit read(TrialSource source, AutoencoderKl autoencoder, int side) {
    return encode(source.split(), source.readAll(), autoencoder, side);
  }

  /**
   * Encodes the images of samples.
   *
   * @param split what they are for
   * @param trials the samples
   * @param autoencoder with weights; stays the caller's to close, after the run
   * @param side rows, and columns, that images are resized to; divisible by the autoencoder's
   *     reduction (published: 512)
   * @return the split
   * @throws org.mindeye.data.MalformedSampleException if an image is damaged
   * @throws IllegalArgumentException if there is no sample
   * @throws ShapeMismatchException if the side is not divisible
   * @throws IllegalStateException if the autoencoder has no weights
   */
  public static LowLevelSplit encode(
      Split split, List<Trial> trials, AutoencoderKl autoencoder, int side) {
    Objects.requireNonNull(split, "split");
    List<Trial> all = List.copyOf(trials);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("the " + split + " split has no samples");
    }
    LowLevelConfig.Latents size = latents(autoencoder.config(), side);
    Shape shape = new Shape(size.channels(), size.side(), size.side());
    List<float[]> latents = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Trial> some = all.subList(from, Math.min(all.size(), from + BATCH));
      try (CallScope scope = CallScope.open(autoencoder.device())) {
        VaePixels pixels = VaePixels.of(ResizedImages.of(some, side, scope.manager()));
        float[] values = autoencoder.encode(pixels).mode().array().toFloatArray();
        int each = Math.toIntExact(shape.size());
        for (int i = 0; i < some.size(); i++) {
          latents.add(Arrays.copyOfRange(values, i * each, (i + 1) * each));
        }
      }
    }
    return new LowLevelSplit(split, all, side, autoencoder, shape, latents.toArray(float[][]::new));
  }

  /**
   * What an autoencoder makes of an image.
   *
   * @param autoencoder its shape
   * @param side rows, and columns, that images are resized to
   * @return the shape of an image's latents
   * @throws ShapeMismatchException if the side is not divisible by the autoencoder's reduction
   */
  public static LowLevelConfig.Latents latents(AutoencoderConfig autoencoder, int side) {
    int reduction = autoencoder.stages().reduction();
    if (side < 1 || side % reduction != 0) {
      throw new ShapeMismatchException(
          "side: expected a number divisible by "
              + reduction
              + ", which the autoencoder divides images by, but was "
              + side);
    }
    return new LowLevelConfig.Latents(autoencoder.latentChannels(), side / reduction);
  }

  /**
   * What the samples are for.
   *
   * @return the split
   */
  public Split split() {
    return split;
  }

  /**
   * The samples.
   *
   * @return in the order of the latents
   */
  public List<Trial> trials() {
    return trials;
  }

  /**
   * The size that images were resized to.
   *
   * @return rows, and columns
   */
  public int side() {
    return side;
  }

  /**
   * What encoded the images, and decodes predictions.
   *
   * @return the borrowed network itself
   */
  public AutoencoderKl autoencoder() {
    return autoencoder;
  }

  /**
   * The weights that encoded the images.
   *
   * @return SHA-256, 64 hexadecimal digits; see {@link WeightDigest}
   */
  public String autoencoderDigest() {
    return autoencoderDigest;
  }

  /** Numbers per position, rows and columns of the latents. */
  Shape shape() {
    return shape;
  }

  /**
   * The targets of a batch.
   *
   * @param batch of {@link #trials}
   * @param owner the manager that owns the result
   * @return {@code [batch, channels, rows, columns]}, scaled
   * @throws MindEyeException if the batch is of another list: a position holds another image
   */
  public VaeLatents latents(TrialBatch batch, NDManager owner) {
    int each = Math.toIntExact(shape.size());
    int[] indices = batch.indices();
    float[] values = new float[Math.multiplyExact(indices.length, each)];
    for (int i = 0; i < indices.length; i++) {
      requireSame(batch, i, indices[i]);
      System.arraycopy(latents[indices[i]], 0, values, i * each, each);
    }
    return VaeLatents.of(Torch.copy(owner, values, new Shape(indices.length).addAll(shape)));
  }

  /** Latents of the wrong image would train without a complaint. */
  private void requireSame(TrialBatch batch, int row, int index) {
    Trial found = batch.trials().get(row);
    if (index >= trials.size() || trials.get(index).cocoId() != found.cocoId()) {
      throw new MindEyeException(
          "latents: sample "
              + found.key()
              + " (coco "
              + found.cocoId()
              + ") is at position "
              + index
              + " of its batches, where the "
              + split
              + " split of "
              + trials.size()
              + " has another one; encode the list that is batched");
    }
  }
}
