// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.Interpolation;

/**
 * From images to the pixels CLIP reads: resize the shorter side (bicubic on floats, neither clamped
 * nor rounded), crop the centre, normalise each channel ({@code Clipper.preprocess} in the
 * original's {@code models.py}).
 *
 * @param size pixels per side of the result
 * @param antialias whether shrinking averages; use one setting for everything that is compared
 */
public record ClipPreprocessing(int size, Antialias antialias) {
  /** Mean of red, green and blue over OpenAI's training images. */
  public static final List<Float> MEAN = List.of(0.48145466f, 0.4578275f, 0.40821073f);

  /** Standard deviation of red, green and blue over OpenAI's training images. */
  public static final List<Float> DEVIATION = List.of(0.26862954f, 0.26130258f, 0.27577711f);

  /** Checks the size. */
  public ClipPreprocessing {
    if (size < 1) {
      throw new IllegalArgumentException("size: expected at least 1 but was " + size);
    }
    Objects.requireNonNull(antialias, "antialias");
  }

  /**
   * As the published results were made: 224 pixels, no antialiasing.
   *
   * @return the preprocessing
   */
  public static ClipPreprocessing paper() {
    return new ClipPreprocessing(224, Antialias.OFF);
  }

  /**
   * The published preprocessing at the size a network reads.
   *
   * @param config the network's shape
   * @return the preprocessing, no antialiasing
   */
  public static ClipPreprocessing of(VisionTransformerConfig config) {
    return new ClipPreprocessing(config.patches().imageSize(), Antialias.OFF);
  }

  /**
   * Another antialiasing.
   *
   * @param newAntialias {@link Antialias#ON} is recommended for new training
   * @return a changed copy
   */
  public ClipPreprocessing withAntialias(Antialias newAntialias) {
    return new ClipPreprocessing(size, newAntialias);
  }

  /**
   * Prepares images. Images of the right size are neither resized nor cropped.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @return {@code [batch, 3, size, size]}, owned by the images' manager
   */
  public ClipPixels apply(ImageBatch images) {
    NDArray source = images.array();
    NDArray resized = Resize.shorterSide(source, size, Interpolation.BICUBIC, antialias);
    NDArray cropped = cropCentre(resized);
    NDArray pixels = normalize(ImageBatch.of(cropped));
    if (cropped != resized) {
      cropped.close();
    }
    if (resized != source) {
      resized.close();
    }
    return ClipPixels.of(pixels);
  }

  private NDArray cropCentre(NDArray images) {
    long height = images.getShape().get(2);
    long width = images.getShape().get(3);
    if (height == size && width == size) {
      return images;
    }
    long top = offset(height);
    long left = offset(width);
    return images.get(
        new NDIndex().addAllDim(2).addSliceDim(top, top + size).addSliceDim(left, left + size));
  }

  /** Half the surplus, rounded half to even as Python does. */
  private long offset(long length) {
    return (long) Math.rint((length - size) / 2.0);
  }

  /**
   * The last step alone.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @return the same with each channel normalised, about -1.8 to 2.15; owned by the images' manager
   */
  public static NDArray normalize(ImageBatch images) {
    return colors().normalize(images);
  }

  /**
   * {@link #MEAN} and {@link #DEVIATION}.
   *
   * @return what the pixels are normalised by
   */
  public static ColorStatistics colors() {
    return new ColorStatistics(MEAN, DEVIATION);
  }
}
