// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * Pictures as tensors: {@code ImageBatches.ofTrials(trials, manager)} is what an image encoder or a
 * metric takes. Levels are those of {@link TrialImage#toFloats()}. Nothing is resized: pictures of
 * one batch have one size.
 */
public final class ImageBatches {
  private static final int CHANNELS = 3;

  private ImageBatches() {}

  /**
   * The pictures of trials, decoded now.
   *
   * @param trials at least one
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]}, red, green, blue in [0, 1], float32, a new tensor,
   *     in the order of the trials
   * @throws MalformedSampleException if pictures differ in size, or one is damaged; named by the
   *     trial's shard and key
   * @throws ShapeMismatchException if there is no trial
   * @throws IllegalArgumentException if all pictures do not fit one array
   */
  public static ImageBatch ofTrials(List<Trial> trials, NDManager owner) {
    return of(images(trials), origins(trials), owner);
  }

  /**
   * Pictures, decoded now.
   *
   * @param images at least one
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]}, red, green, blue in [0, 1], float32, a new tensor,
   *     in the order of the pictures
   * @throws MalformedSampleException if they differ in size, or one is damaged; named by its origin
   * @throws ShapeMismatchException if there is none
   * @throws IllegalArgumentException if all do not fit one array
   */
  public static ImageBatch of(List<? extends TrialImage> images, NDManager owner) {
    return of(images, images.stream().map(TrialImage::origin).toList(), owner);
  }

  /**
   * Pictures that are pixels already, augmented ones for example.
   *
   * @param pixels {@code [batch][3 * height * width]}, channel by channel, row by row; copied
   * @param height rows of each
   * @param width columns of each
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]}, float32, a new tensor
   * @throws ShapeMismatchException if there is none, or one has another number of values
   * @throws IllegalArgumentException if a side is not positive, or all do not fit one array
   */
  public static ImageBatch ofPixels(float[][] pixels, int height, int width, NDManager owner) {
    Alive.require("owner", owner);
    float[] values = space(pixels.length, height, width);
    int each = CHANNELS * height * width;
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != each) {
        throw new ShapeMismatchException(
            "pixels of picture "
                + i
                + (": expected [3, "
                    + height
                    + ", "
                    + width
                    + "], "
                    + Plural.of(each, "value")
                    + ", but found ")
                + pixels[i].length);
      }
      System.arraycopy(pixels[i], 0, values, i * each, each);
    }
    return tensor(values, pixels.length, height, width, owner);
  }

  /**
   * The pictures of trials, decoded now, in the heap: for what happens to them before they become a
   * tensor.
   *
   * @param trials any number
   * @return {@code [batch][3 * height * width]}, red, green, blue in [0, 1], row by row, new arrays
   * @throws MalformedSampleException if pictures differ in size, or one is damaged; named by the
   *     trial's shard and key
   */
  public static float[][] pixels(List<Trial> trials) {
    return IntStream.range(0, trials.size()).mapToObj(decoding(trials)).toArray(float[][]::new);
  }

  /**
   * The pictures of trials, each decoded when it is asked for: where all decoded pictures at once
   * are not needed.
   *
   * @param trials any number
   * @return by its number in the list, {@code [3 * height * width]} as in {@link #pixels}, a new
   *     array; throws {@link MalformedSampleException} for a damaged picture
   * @throws MalformedSampleException if pictures differ in size; named by the trial's shard and key
   */
  public static IntFunction<float[]> decoding(List<Trial> trials) {
    Objects.requireNonNull(trials, "trials");
    List<Trial> copy = List.copyOf(trials);
    requireOneSize(images(copy), origins(copy));
    return number -> copy.get(number).image().toFloats();
  }

  private static ImageBatch of(
      List<? extends TrialImage> images, List<SampleOrigin> origins, NDManager owner) {
    Alive.require("owner", owner);
    int height = images.isEmpty() ? 1 : images.get(0).height();
    int width = images.isEmpty() ? 1 : images.get(0).width();
    float[] values = space(images.size(), height, width);
    requireOneSize(images, origins);
    for (int i = 0; i < images.size(); i++) {
      images.get(i).copyFloats(values, i * CHANNELS * height * width);
    }
    return tensor(values, images.size(), height, width, owner);
  }

  private static float[] space(int count, int height, int width) {
    if (count == 0) {
      throw new ShapeMismatchException("images: expected at least one but found none");
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images: expected positive sides but found " + width + "x" + height);
    }
    double size = (double) count * CHANNELS * height * width;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "images: "
              + (count + " of " + width + "x" + height)
              + " do not fit one array; take them in several batches");
    }
    return new float[(int) size];
  }

  private static ImageBatch tensor(
      float[] values, int count, int height, int width, NDManager owner) {
    return ImageBatch.of(Torch.copy(owner, values, new Shape(count, CHANNELS, height, width)));
  }

  private static List<TrialImage> images(List<Trial> trials) {
    return trials.stream().map(Trial::image).toList();
  }

  private static List<SampleOrigin> origins(List<Trial> trials) {
    return trials.stream().map(Trial::origin).toList();
  }

  /** Before the first is decoded. */
  private static void requireOneSize(
      List<? extends TrialImage> images, List<SampleOrigin> origins) {
    for (int i = 1; i < images.size(); i++) {
      TrialImage first = images.get(0);
      TrialImage image = images.get(i);
      if (image.width() != first.width() || image.height() != first.height()) {
        throw origins
            .get(i)
            .malformed(
                "image",
                first.width() + "x" + first.height() + " as in sample " + origins.get(0).key(),
                image.width() + "x" + image.height());
      }
    }
  }
}
