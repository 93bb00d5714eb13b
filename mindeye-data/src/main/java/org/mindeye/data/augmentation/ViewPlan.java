// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * Everything random about the second views of one batch of square images, drawn or written down by
 * hand: the same plan makes the same views again. Immutable. Formulas and clamping are those of
 * kornia 0.6.12; single precision, on the heap.
 *
 * @param side rows, and columns, of the images and of their views, from 4 to 8192
 * @param jitterOrder the four changes of colour in the order they are made in, for all images
 * @param images how each view is made; at least one, every box inside the image
 */
public record ViewPlan(int side, List<JitterStep> jitterOrder, List<ImageView> images) {
  private static final int FACTORS = JitterStep.values().length;

  /** Checks that the plan can be carried out, and copies the lists. */
  public ViewPlan {
    Ranges.require("side", side, GaussianBlur.LEAST_SIDE, AugmentationPlan.MAX_SIDE);
    jitterOrder = List.copyOf(jitterOrder);
    images = List.copyOf(images);
    if (jitterOrder.size() != FACTORS || EnumSet.copyOf(jitterOrder).size() != FACTORS) {
      throw new IllegalArgumentException(
          "jitterOrder: expected each of "
              + Arrays.toString(JitterStep.values())
              + " once but was "
              + jitterOrder);
    }
    if (images.isEmpty()) {
      throw new IllegalArgumentException("images: expected at least one but there is none");
    }
    for (ImageView image : images) {
      CropBox box = image.box();
      if (box.top() + box.height() > side || box.left() + box.width() > side) {
        throw new IllegalArgumentException(
            "box: expected to lie within a side of " + side + " but was " + box);
      }
    }
  }

  /**
   * The images themselves.
   *
   * @param batch how many, at least 1
   * @param side rows, and columns, of each
   * @return the plan
   */
  public static ViewPlan unchanged(int batch, int side) {
    return new ViewPlan(
        side,
        List.of(JitterStep.values()),
        Collections.nCopies(batch, ImageView.unchanged(side, side)));
  }

  /**
   * Draws a plan: the order of the jitter's steps once, then the same count of numbers for each
   * image, whatever comes of them.
   *
   * @param batch how many images, at least 1
   * @param side rows, and columns, of each, from 4 to 8192
   * @param config probabilities and ranges
   * @param noise where the numbers come from
   * @return the plan
   */
  public static ViewPlan draw(int batch, int side, ViewConfig config, NoiseSource noise) {
    Ranges.require("batch", batch, 1, Integer.MAX_VALUE);
    Ranges.require("side", side, GaussianBlur.LEAST_SIDE, AugmentationPlan.MAX_SIDE);
    Objects.requireNonNull(config, "config");
    List<JitterStep> order =
        Arrays.stream(noise.permutation(FACTORS)).mapToObj(i -> JitterStep.values()[i]).toList();
    BoxDraw boxes = new BoxDraw(config.crop(), side, side);
    List<ImageView> images = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      images.add(image(config, side, boxes, noise));
    }
    return new ViewPlan(side, order, images);
  }

  private static ImageView image(ViewConfig config, int side, BoxDraw boxes, NoiseSource noise) {
    float[] happens = uniform(noise, 5);
    float[] factors = uniform(noise, FACTORS);
    float[] values = uniform(noise, 3);
    float[] box = uniform(noise, BoxDraw.NUMBERS);
    JitterConfig jitter = config.jitter();
    SolarizeConfig solarize = config.solarize();
    BlurConfig blur = config.blur();
    return new ImageView(
        happens[0] < jitter.probability()
            ? Optional.of(AugmentationPlan.factors(jitter, factors, 0))
            : Optional.empty(),
        happens[1] < config.grayscaleProbability(),
        happens[2] < solarize.probability()
            ? Optional.of(
                new ImageView.Solarization(
                    (float) (solarize.addition() * (2.0 * values[0] - 1)),
                    (float) between(solarize.minThreshold(), solarize.maxThreshold(), values[1])))
            : Optional.empty(),
        happens[3] < blur.probability() ? between(blur.minSigma(), blur.maxSigma(), values[2]) : 0,
        happens[4] < config.crop().probability() ? boxes.box(box, 0) : CropBox.whole(side, side));
  }

  private static double between(double least, double most, float uniform) {
    return least + (most - least) * uniform;
  }

  private static float[] uniform(NoiseSource noise, int count) {
    float[] values = new float[count];
    noise.uniform(values);
    return values;
  }

  /**
   * Makes the views.
   *
   * @param pixels {@code [batch][3, side, side]}, red, green, blue in [0, 1], row by row; not
   *     changed
   * @return {@code [batch][3, side, side]}, new arrays; in [0, 1] up to rounding
   * @throws ShapeMismatchException if the images are not those the plan is for
   */
  public float[][] apply(float[][] pixels) {
    if (pixels.length != images.size()) {
      throw new ShapeMismatchException(
          "images: the plan is for a batch of "
              + images.size()
              + " but was given "
              + pixels.length);
    }
    float[][] views = new float[pixels.length][];
    for (int i = 0; i < pixels.length; i++) {
      int expected = ColorChange.CHANNELS * side * side;
      if (pixels[i].length != expected) {
        throw new ShapeMismatchException(
            String.format(
                Locale.ROOT,
                "images[%d]: expected 3 x %d x %d = %s but was %d",
                i,
                side,
                side,
                Plural.of(expected, "number"),
                pixels[i].length));
      }
      views[i] = view(images.get(i), pixels[i].clone());
    }
    return views;
  }

  private float[] view(ImageView image, float[] pixels) {
    image
        .jitter()
        .ifPresent(
            factors -> jitterOrder.forEach(step -> ColorChange.apply(step, factors, pixels)));
    if (image.grayscale()) {
      ColorChange.grayscale(pixels);
    }
    image.solarization().ifPresent(how -> ColorChange.solarize(pixels, how));
    float[] sharp =
        image.blurSigma() > 0 ? GaussianBlur.apply(pixels, side, image.blurSigma()) : pixels;
    return new BilinearResize(image.box(), side).apply(sharp, side, side);
  }
}
