// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;

/**
 * Everything random about one batch, drawn or written down by hand: the same plan makes the same
 * images again. Immutable.
 *
 * @param height rows of the images before, from 1 to 8192
 * @param width columns of the images before, from 1 to 8192
 * @param size pixels per side of the images after, from 1 to 8192
 * @param jitterOrder the four changes of colour in the order they are made in, for all images
 * @param images what happens to each image; at least one, every box inside the image
 */
public record AugmentationPlan(
    int height, int width, int size, List<JitterStep> jitterOrder, List<ImagePlan> images) {
  static final int MAX_SIDE = 8192;

  private static final int FACTORS = JitterStep.values().length;

  /** Checks that the plan can be carried out, and copies the lists. */
  public AugmentationPlan {
    Ranges.require("height", height, 1, MAX_SIDE);
    Ranges.require("width", width, 1, MAX_SIDE);
    Ranges.require("size", size, 1, MAX_SIDE);
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
    for (int i = 0; i < images.size(); i++) {
      requireInside(i, images.get(i).box(), height, width);
    }
  }

  private static void requireInside(int image, CropBox box, int height, int width) {
    if (box.top() + box.height() > height || box.left() + box.width() > width) {
      throw new IllegalArgumentException(
          "images["
              + image
              + "].box: expected to lie within "
              + Plural.of(height, "row")
              + " and "
              + Plural.of(width, "column")
              + " but was "
              + box);
    }
  }

  /**
   * Nothing but the resize.
   *
   * @param batch how many images, at least 1
   * @param height rows of the images before, from 1 to 8192
   * @param width columns of the images before, from 1 to 8192
   * @param size pixels per side of the images after, from 1 to 8192
   * @return the plan
   */
  public static AugmentationPlan resize(int batch, int height, int width, int size) {
    ImagePlan whole = ImagePlan.resize(CropBox.whole(height, width));
    return new AugmentationPlan(
        height, width, size, List.of(JitterStep.values()), Collections.nCopies(batch, whole));
  }

  /**
   * Draws a plan. The numbers drawn do not depend on each other's outcome, so that for example the
   * same images are mirrored whether or not the batch is cropped. They are, in this order, each a
   * call of {@link NoiseSource#uniform(float[])} unless stated otherwise:
   *
   * <ol>
   *   <li>{@code [1]}: whether the batch is cropped;
   *   <li>{@code [batch, 22]}: ten areas, ten aspect ratios, and the position from the top and from
   *       the left of each image's box;
   *   <li>{@code [batch]}: which images are mirrored;
   *   <li>a {@linkplain NoiseSource#permutation permutation} of 4: the order of the jitter's steps;
   *   <li>{@code [batch]}: which images' colours change;
   *   <li>{@code [batch, 4]}: brightness, contrast, saturation and hue of each image;
   *   <li>{@code [batch]}: which images lose their colours.
   * </ol>
   *
   * <p>What has probability p happens if its number is below p.
   *
   * @param batch how many images, at least 1
   * @param height rows of each image, from 1 to 8192
   * @param width columns of each image, from 1 to 8192
   * @param config the probabilities and ranges
   * @param noise where the numbers come from
   * @return the plan
   */
  public static AugmentationPlan draw(
      int batch, int height, int width, AugmentationConfig config, NoiseSource noise) {
    Ranges.require("batch", batch, 1, Integer.MAX_VALUE / BoxDraw.NUMBERS);
    Ranges.require("height", height, 1, MAX_SIDE);
    Ranges.require("width", width, 1, MAX_SIDE);
    Objects.requireNonNull(config, "config");
    boolean crop = uniform(noise, 1)[0] < config.crop().probability();
    float[] boxes = uniform(noise, batch * BoxDraw.NUMBERS);
    float[] flips = uniform(noise, batch);
    List<JitterStep> order =
        Arrays.stream(noise.permutation(FACTORS)).mapToObj(i -> JitterStep.values()[i]).toList();
    float[] jitters = uniform(noise, batch);
    float[] factors = uniform(noise, batch * FACTORS);
    float[] grays = uniform(noise, batch);

    BoxDraw draw = new BoxDraw(config.crop(), height, width);
    List<ImagePlan> images = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      images.add(
          new ImagePlan(
              crop ? draw.box(boxes, i * BoxDraw.NUMBERS) : CropBox.whole(height, width),
              flips[i] < config.flipProbability(),
              jitters[i] < config.jitter().probability()
                  ? Optional.of(factors(config.jitter(), factors, i * FACTORS))
                  : Optional.empty(),
              grays[i] < config.grayscaleProbability()));
    }
    return new AugmentationPlan(height, width, config.size(), order, images);
  }

  private static float[] uniform(NoiseSource noise, int count) {
    float[] values = new float[count];
    noise.uniform(values);
    return values;
  }

  static JitterFactors factors(JitterConfig config, float[] uniform, int at) {
    return new JitterFactors(
        (float) (1 + spread(config.brightness(), uniform[at])),
        (float) (1 + spread(config.contrast(), uniform[at + 1])),
        (float) (1 + spread(config.saturation(), uniform[at + 2])),
        (float) spread(config.hue(), uniform[at + 3]));
  }

  private static double spread(double most, float uniform) {
    return most * (2.0 * uniform - 1);
  }

  /**
   * How many images.
   *
   * @return at least 1
   */
  public int batch() {
    return images.size();
  }
}
