// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.Half;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.lowlevel.ImageSplit;

/**
 * Pictures with their latents and CLIP tokens, each of which is encoded once: the likeliest
 * latents, scaled, and all tokens divided by the norm of the class token. They are kept in heap
 * memory as float16, two bytes a number: 18 kB for latents of 4x16x16 and 65 tokens of width 128.
 */
public final class PainterSplit {
  private static final int BATCH = 32;

  private final ImageSplit images;
  private final DataFingerprint fingerprint;
  private final Shape shape;
  private final ClipSpace space;
  private final String autoencoder;
  private final double scale;
  private final ClipFingerprint clip;
  private final short[][] latents;
  private final short[][] tokens;

  private PainterSplit(
      ImageSplit images, Shape shape, AutoencoderKl autoencoder, ClipImageEncoder clip) {
    this.images = images;
    this.shape = shape;
    space = clip.space();
    int count = images.images().size();
    HeapBudget.ofThisProcess()
        .require(
            "latents and tokens of the " + images.split() + " split",
            Short.BYTES * count * (shape.size() + space.size()),
            "train on fewer pictures");
    fingerprint = DataFingerprint.ofImages(images.images());
    this.autoencoder = WeightDigest.sha256(autoencoder);
    scale = autoencoder.config().scale();
    this.clip = clip.fingerprint();
    latents = new short[count][];
    tokens = new short[count][];
  }

  /**
   * Encodes pictures.
   *
   * @param images what they are
   * @param autoencoder with weights, its scale measured ({@link
   *     org.mindeye.training.lowlevel.LatentScale}); stays the caller's
   * @param clip encodes the tokens; stays the caller's
   * @return the split
   * @throws org.mindeye.data.MalformedSampleException if a picture is damaged
   * @throws org.mindeye.core.tensor.ShapeMismatchException if sides are not divisible by what the
   *     autoencoder divides them by
   * @throws MindEyeException if a latent or a token is no number, or too large for float16, or the
   *     heap is too small; names the picture
   * @throws IllegalStateException if a network has no weights
   */
  public static PainterSplit encode(
      ImageSplit images, AutoencoderKl autoencoder, ClipImageEncoder clip) {
    Objects.requireNonNull(images, "images");
    int reduction = autoencoder.config().stages().reduction();
    images.requireDivisible(reduction);
    Shape shape =
        new Shape(
            autoencoder.config().latentChannels(),
            images.height() / reduction,
            images.width() / reduction);
    PainterSplit split = new PainterSplit(images, shape, autoencoder, clip);
    for (int from = 0; from < split.size(); from += BATCH) {
      split.encode(from, Math.min(split.size(), from + BATCH), autoencoder, clip);
    }
    return split;
  }

  private void encode(int from, int to, AutoencoderKl encoder, ClipImageEncoder tower) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      ImageBatch some = ImageBatches.of(images.images().subList(from, to), scope.manager());
      VaePixels pixels = VaePixels.of(some);
      store("latents", encoder.encodeMode(pixels, scope.manager()).array(), latents, from);
      store("tokens", tower.encodeTokens(some, scope.manager()).array(), tokens, from);
    }
  }

  private void store(String what, NDArray rows, short[][] target, int from) {
    double[] values = Readback.of(rows);
    int count = Math.toIntExact(rows.getShape().get(0));
    int each = values.length / count;
    for (int i = 0; i < count; i++) {
      short[] halves = new short[each];
      for (int j = 0; j < each; j++) {
        float value = (float) values[i * each + j];
        if (!(Math.abs(value) <= Half.MAX_VALUE)) {
          throw new MindEyeException(
              what
                  + " of "
                  + key(from + i)
                  + ": expected numbers of at most "
                  + Half.MAX_VALUE
                  + " but found "
                  + value
                  + "; look at the network that encoded them");
        }
        halves[j] = Half.fromFloat(value);
      }
      target[from + i] = halves;
    }
  }

  /**
   * What the pictures are for.
   *
   * @return the split
   */
  public Split split() {
    return images.split();
  }

  /**
   * How many pictures there are.
   *
   * @return at least 1
   */
  public int size() {
    return latents.length;
  }

  /**
   * The geometry of the tokens.
   *
   * @return tokens and width
   */
  public ClipSpace space() {
    return space;
  }

  /**
   * The geometry of the latents.
   *
   * @return {@code [channels, rows, columns]}
   */
  public Shape shape() {
    return shape;
  }

  /**
   * Names and contents of all pictures.
   *
   * @return their fingerprint
   */
  public DataFingerprint fingerprint() {
    return fingerprint;
  }

  /**
   * Latents of some pictures.
   *
   * @param rows their numbers, from 0
   * @param owner the manager that owns the result
   * @return {@code [rows, channels, height, width]}, float32, scaled
   */
  public VaeLatents latents(int[] rows, NDManager owner) {
    return VaeLatents.of(widened(latents, rows, new Shape(rows.length).addAll(shape), owner));
  }

  /**
   * Tokens of some pictures.
   *
   * @param rows their numbers, from 0
   * @param owner the manager that owns the result
   * @return {@code [rows, tokens, width]}, float32, divided by the norm of the class token
   */
  public ClipTokens tokens(int[] rows, NDManager owner) {
    Shape all = new Shape(rows.length, space.tokens(), space.width());
    return ClipTokens.of(widened(tokens, rows, all, owner));
  }

  private static NDArray widened(short[][] kept, int[] rows, Shape shape, NDManager owner) {
    float[] values = new float[Math.toIntExact(shape.size())];
    int next = 0;
    for (int row : rows) {
      for (short half : kept[row]) {
        values[next++] = Half.toFloat(half);
      }
    }
    return Torch.copy(owner, values, shape);
  }

  /** The first pictures as they were seen. */
  List<TrialImage> first(int count) {
    return images.images().subList(0, Math.min(count, size()));
  }

  /** Names a picture. */
  String key(int row) {
    return images.images().get(row).origin().key();
  }

  /** Digest of the weights that encoded the pictures. */
  String autoencoder() {
    return autoencoder;
  }

  /** What latents were multiplied by. */
  double scale() {
    return scale;
  }

  /** What encoded the tokens. */
  ClipFingerprint clip() {
    return clip;
  }

  /** The pictures themselves. */
  ImageSplit images() {
    return images;
  }

  /** All numbers of pictures. */
  static int[] rows(int from, int to) {
    int[] rows = new int[to - from];
    Arrays.setAll(rows, i -> from + i);
    return rows;
  }
}
