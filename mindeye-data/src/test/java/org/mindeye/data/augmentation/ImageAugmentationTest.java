// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

/** Properties; the numbers themselves are compared in {@link AugmentationFixtureTest}. */
class ImageAugmentationTest {
  private static final List<JitterStep> STEPS = List.of(JitterStep.values());

  private static float[] random(int height, int width, long seed) {
    float[] image = new float[3 * height * width];
    NoiseSource.seeded(seed).uniform(image);
    return image;
  }

  private static float[] apply(ImagePlan image, int side, float[] pixels) {
    AugmentationPlan plan = new AugmentationPlan(side, side, side, STEPS, List.of(image));
    return ImageAugmentation.apply(plan, new float[][] {pixels})[0];
  }

  private static ImagePlan whole(int side) {
    return ImagePlan.resize(CropBox.whole(side, side));
  }

  private static void assertClose(float[] found, float[] expected, float tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("value %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "16", "257"})
  void should_keep_every_bit_when_nothing_is_chosen(int side) {
    float[] image = random(side, side, 1);
    assertThat(apply(whole(side), side, image)).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({
    "2,2,224",
    "3,5,224",
    "257,255,224",
    "1,1,3",
    "1,7,5",
    "7,1,5",
    "256,256,224",
    "31,64,1"
  })
  void should_resize_like_the_plain_formula(int height, int width, int size) {
    float[] image = random(height, width, 2);
    AugmentationPlan plan = AugmentationPlan.resize(1, height, width, size);

    float[] found = ImageAugmentation.apply(plan, new float[][] {image})[0];

    assertThat(found).hasSize(3 * size * size);
    double worst = 0;
    for (int at = 0; at < found.length; at++) {
      int from = at / (size * size) * height * width;
      double expected = plain(image, from, height, width, size, at % (size * size));
      worst = Math.max(worst, Math.abs(found[at] - expected));
    }
    assertThat(worst).isLessThan(5e-5);
  }

  /** Pixel by pixel in double precision. */
  private static double plain(float[] image, int from, int height, int width, int size, int at) {
    double y = size == 1 ? 0 : (at / size) * (height - 1.0) / (size - 1);
    double x = size == 1 ? 0 : (at % size) * (width - 1.0) / (size - 1);
    double sum = 0;
    for (int row = (int) y; row <= Math.min((int) y + 1, height - 1); row++) {
      for (int column = (int) x; column <= Math.min((int) x + 1, width - 1); column++) {
        sum +=
            (1 - Math.abs(y - row))
                * (1 - Math.abs(x - column))
                * image[from + row * width + column];
      }
    }
    return sum;
  }

  @Test
  void should_put_corners_on_corners() {
    CropBox box = new CropBox(3, 2, 10, 7);
    float[] image = random(20, 16, 3);
    AugmentationPlan plan = new AugmentationPlan(20, 16, 33, STEPS, List.of(ImagePlan.resize(box)));

    float[] found = ImageAugmentation.apply(plan, new float[][] {image})[0];

    for (int c = 0; c < 3; c++) {
      int to = c * 33 * 33;
      int from = c * 20 * 16;
      assertThat(found[to]).isEqualTo(image[from + 3 * 16 + 2]);
      assertThat(found[to + 32]).isEqualTo(image[from + 3 * 16 + 8]);
      assertThat(found[to + 32 * 33]).isEqualTo(image[from + 12 * 16 + 2]);
      assertThat(found[to + 33 * 33 - 1]).isEqualTo(image[from + 12 * 16 + 8]);
    }
  }

  @Test
  void should_make_the_image_again_when_flipped_twice() {
    for (int side : new int[] {1, 2, 5, 8}) {
      float[] image = random(side, side, 4);
      float[] once = apply(whole(side).flipped(), side, image);
      assertThat(apply(whole(side).flipped(), side, once)).isEqualTo(image);
      assertThat(apply(whole(side).flipped().flipped(), side, image)).isEqualTo(image);
      for (int row = 0; row < 3 * side; row++) {
        assertThat(once[row * side]).isEqualTo(image[row * side + side - 1]);
      }
    }
  }

  @Test
  void should_change_nothing_with_neutral_factors() {
    float[] image = random(16, 16, 5);
    float[] found = apply(whole(16).withJitter(new JitterFactors(1, 1, 1, 0)), 16, image);
    assertClose(found, image, 2e-6f);
  }

  @Test
  void should_keep_gray_images_gray() {
    float[] plane = Arrays.copyOf(random(16, 16, 6), 256);
    float[] gray = new float[3 * 256];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(plane, 0, gray, c * 256, 256);
    }
    for (float hue : new float[] {-0.5f, -0.1f, 0.03f, 0.1f, 0.5f}) {
      JitterFactors factors = new JitterFactors(1, 1, 1.2f, hue);
      assertClose(apply(whole(16).withJitter(factors), 16, gray), gray, 1e-6f);
    }
    assertClose(apply(whole(16).withGrayscale(), 16, gray), gray, 1e-6f);
  }

  @Test
  void should_stay_between_black_and_white_at_the_strongest_factors() {
    float[] image = random(32, 32, 7);
    for (float strong : new float[] {0, 0.6f, 1.4f, 2}) {
      for (JitterFactors factors :
          List.of(
              new JitterFactors(strong, 1, 1, 0),
              new JitterFactors(1, strong, 1, 0),
              new JitterFactors(1, 1, strong, 0),
              new JitterFactors(strong, strong, strong, 0.1f))) {
        for (float value : apply(whole(32).withJitter(factors), 32, image)) {
          // The way back from HSV rounds.
          assertThat(value).isBetween(-1e-6f, 1 + 1e-6f);
        }
      }
    }
  }

  @Test
  void should_turn_primary_colors_around_the_circle() {
    float[] red = {0.8f, 0, 0};
    float third = 1 / 3f;
    assertClose(hue(red, third), new float[] {0, 0.8f, 0}, 1e-6f);
    assertClose(hue(red, -third), new float[] {0, 0, 0.8f}, 1e-6f);
    assertClose(hue(red, 0.5f), new float[] {0, 0.8f, 0.8f}, 1e-6f);
    assertClose(hue(new float[] {0, 0, 0.8f}, third), red, 1e-6f);
    // Below the start of the circle: half a sector before red is between red and magenta.
    assertClose(hue(red, -1 / 12f), new float[] {0.8f, 0, 0.4f}, 1e-6f);
    // Black has no hue and must not become a NaN.
    assertThat(hue(new float[] {0, 0, 0}, 0.1f)).containsExactly(0, 0, 0);
  }

  private static float[] hue(float[] pixel, float turns) {
    return apply(whole(1).withJitter(new JitterFactors(1, 1, 1, turns)), 1, pixel);
  }

  @Test
  void should_turn_back_what_was_turned() {
    float[] image = random(32, 32, 8);
    for (float turns : new float[] {0.02f, 0.1f, 0.3f, 0.5f}) {
      float[] there = apply(whole(32).withJitter(new JitterFactors(1, 1, 1, turns)), 32, image);
      float[] back = apply(whole(32).withJitter(new JitterFactors(1, 1, 1, -turns)), 32, there);
      assertClose(back, image, 5e-6f);
    }
  }

  @Test
  void should_give_the_same_bits_again_and_leave_its_input_alone() {
    AugmentationConfig config =
        AugmentationConfig.paper()
            .withSize(20)
            .withCrop(CropConfig.paper().withProbability(1))
            .withJitter(JitterConfig.paper().withProbability(1));
    AugmentationPlan plan = AugmentationPlan.draw(6, 33, 29, config, NoiseSource.seeded(9));
    float[][] images = new float[6][];
    float[][] before = new float[6][];
    for (int i = 0; i < 6; i++) {
      images[i] = random(33, 29, i);
      before[i] = images[i].clone();
    }

    float[][] first = ImageAugmentation.apply(plan, images);
    float[][] second = ImageAugmentation.apply(plan, images);

    assertThat(second).isDeepEqualTo(first);
    assertThat(images).isDeepEqualTo(before);
    for (int i = 0; i < 6; i++) {
      assertThat(first[i]).hasSize(3 * 20 * 20).isNotSameAs(second[i]);
    }
  }

  @Test
  void should_refuse_images_the_plan_is_not_for() {
    AugmentationPlan plan = AugmentationPlan.resize(2, 4, 5, 3);
    assertThatThrownBy(() -> ImageAugmentation.apply(plan, new float[1][60]))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images: the plan is for a batch of 2 but was given 1");
    assertThatThrownBy(
            () -> ImageAugmentation.apply(plan, new float[][] {new float[60], new float[48]}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images[1]: expected 3 x 4 x 5 = 60 numbers but was 48");
  }
}
