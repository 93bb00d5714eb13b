// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;

/** What is drawn, and how often. */
class AugmentationPlanTest {
  private static final AugmentationConfig PAPER = AugmentationConfig.paper();
  private static final AugmentationConfig ALWAYS =
      PAPER.withCrop(PAPER.crop().withProbability(1)).withJitter(PAPER.jitter().withProbability(1));

  private static AugmentationPlan draw(AugmentationConfig config, int batch, long... path) {
    return AugmentationPlan.draw(batch, 256, 256, config, NoiseSource.seeded(5, path));
  }

  private static List<AugmentationPlan> draws(int count, int batch) {
    return IntStream.range(0, count).mapToObj(i -> draw(PAPER, batch, i)).toList();
  }

  /** Four standard deviations of the mean of that many draws. */
  private static double margin(double probability, int draws) {
    return 4 * Math.sqrt(probability * (1 - probability) / draws);
  }

  @Test
  void should_crop_three_batches_in_ten_and_then_all_their_images() {
    int cropped = 0;
    for (AugmentationPlan plan : draws(2000, 4)) {
      long boxes =
          plan.images().stream()
              .filter(image -> !image.box().equals(CropBox.whole(256, 256)))
              .count();
      assertThat(boxes).isIn(0L, 4L);
      cropped += boxes == 4 ? 1 : 0;
    }
    assertThat(cropped / 2000.0).isCloseTo(0.3, within(margin(0.3, 2000)));
  }

  @Test
  void should_choose_images_as_often_as_published() {
    List<ImagePlan> images =
        draws(100, 50).stream().flatMap(plan -> plan.images().stream()).toList();
    assertThat(share(images, ImagePlan::flip)).isCloseTo(0.5, within(margin(0.5, 5000)));
    assertThat(share(images, image -> image.jitter().isPresent()))
        .isCloseTo(0.3, within(margin(0.3, 5000)));
    assertThat(share(images, ImagePlan::grayscale)).isCloseTo(0.3, within(margin(0.3, 5000)));
    // Independently of each other.
    assertThat(share(images, image -> image.flip() && image.grayscale()))
        .isCloseTo(0.15, within(margin(0.15, 5000)));
    assertThat(share(images, image -> image.jitter().isPresent() && image.grayscale()))
        .isCloseTo(0.09, within(margin(0.09, 5000)));
  }

  private static double share(List<ImagePlan> images, Function<ImagePlan, Boolean> what) {
    return images.stream().filter(what::apply).count() / (double) images.size();
  }

  @Test
  void should_use_every_order_of_the_steps_equally_often() {
    Map<List<JitterStep>, Long> orders =
        draws(4800, 1).stream()
            .collect(Collectors.groupingBy(AugmentationPlan::jitterOrder, Collectors.counting()));
    assertThat(orders).hasSize(24);
    assertThat(orders.values()).allSatisfy(count -> assertThat(count).isBetween(140L, 260L));
  }

  @Test
  void should_draw_factors_uniformly_over_their_ranges() {
    List<JitterFactors> factors =
        draw(ALWAYS, 4000).images().stream().map(image -> image.jitter().orElseThrow()).toList();
    assertUniform(factors.stream().mapToDouble(JitterFactors::brightness).toArray(), 0.6, 1.4);
    assertUniform(factors.stream().mapToDouble(JitterFactors::contrast).toArray(), 0.6, 1.4);
    assertUniform(factors.stream().mapToDouble(JitterFactors::saturation).toArray(), 0.8, 1.2);
    assertUniform(factors.stream().mapToDouble(JitterFactors::hue).toArray(), -0.1, 0.1);
  }

  private static void assertUniform(double[] values, double least, double most) {
    double width = most - least;
    for (double value : values) {
      assertThat(value).isBetween(least - 1e-7, most + 1e-7);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    assertThat(mean).isCloseTo((least + most) / 2, within(width * 0.02));
    assertThat(squares / values.length).isCloseTo(width * width / 12, within(width * width / 200));
  }

  @Test
  void should_draw_boxes_of_the_published_areas_and_ratios() {
    List<CropBox> boxes = draw(ALWAYS, 4000).images().stream().map(ImagePlan::box).toList();
    double area = 0;
    double logRatio = 0;
    for (CropBox box : boxes) {
      assertThat(box.height()).isLessThan(256);
      // One box in 70 000 is the fallback: ten sizes too large.
      assertThat(box.width()).isLessThanOrEqualTo(box.height() == 192 ? 256 : 255);
      double share = box.height() * box.width() / (256.0 * 256);
      double ratio = box.height() / (double) box.width();
      // Sides are rounded to whole pixels.
      assertThat(share).isBetween(0.595, 1.0);
      assertThat(ratio).isBetween(0.745, 1.345);
      area += share / boxes.size();
      logRatio += Math.log(ratio) / boxes.size();
    }
    // Boxes as large as the image are drawn again, so large areas are rarer than small ones.
    assertThat(area).isBetween(0.70, 0.80);
    assertThat(logRatio).isCloseTo(0, within(0.01));
  }

  @Test
  void should_place_boxes_anywhere_up_to_the_border() {
    boolean[] touches = new boolean[4];
    for (ImagePlan image : draw(ALWAYS, 4000).images()) {
      CropBox box = image.box();
      touches[0] |= box.top() == 0;
      touches[1] |= box.left() == 0;
      touches[2] |= box.top() + box.height() == 256;
      touches[3] |= box.left() + box.width() == 256;
    }
    assertThat(touches).containsOnly(true);
  }

  /** Boxes outside the image are refused by the plan itself. */
  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,5", "1,40", "40,1", "257,255", "30,400", "400,30", "8192,3"})
  void should_stay_inside_images_of_any_shape(int height, int width) {
    AugmentationPlan plan =
        AugmentationPlan.draw(500, height, width, ALWAYS, NoiseSource.seeded(1));
    assertThat(plan.images()).hasSize(500);
  }

  /** 30 x 400: no box of a ratio up to 4:3 has 60 % of the area. */
  @Test
  void should_fall_back_to_the_full_width_or_height() {
    assertThat(AugmentationPlan.draw(50, 30, 400, ALWAYS, NoiseSource.seeded(1)).images())
        .extracting(ImagePlan::box)
        .allMatch(box -> box.top() == 0 && box.height() == 30 && box.width() == 40)
        .anyMatch(box -> box.left() > 200);
    assertThat(AugmentationPlan.draw(50, 400, 30, ALWAYS, NoiseSource.seeded(1)).images())
        .extracting(ImagePlan::box)
        .allMatch(box -> box.left() == 0 && box.width() == 30 && box.height() == 22)
        .anyMatch(box -> box.top() > 200);
  }

  @Test
  void should_draw_the_same_from_the_same_seed() {
    assertThat(draw(PAPER, 8, 3)).isEqualTo(draw(PAPER, 8, 3)).isNotEqualTo(draw(PAPER, 8, 4));
  }

  @Test
  void should_not_let_one_choice_shift_the_others() {
    AugmentationPlan never =
        draw(PAPER.withCrop(PAPER.crop().withProbability(0)).withFlipProbability(0), 16);
    AugmentationPlan always =
        draw(PAPER.withCrop(PAPER.crop().withProbability(1)).withFlipProbability(1), 16);
    assertThat(never.jitterOrder()).isEqualTo(always.jitterOrder());
    for (int i = 0; i < 16; i++) {
      assertThat(never.images().get(i).flip()).isFalse();
      assertThat(always.images().get(i).flip()).isTrue();
      assertThat(never.images().get(i).jitter()).isEqualTo(always.images().get(i).jitter());
      assertThat(never.images().get(i).grayscale()).isEqualTo(always.images().get(i).grayscale());
    }
  }

  /** Every number is 0.25: the order of the draws is promised. */
  @Test
  void should_draw_in_the_documented_order() {
    List<String> draws = new ArrayList<>();
    AugmentationPlan plan = AugmentationPlan.draw(3, 100, 100, PAPER, new Quarters(draws));
    assertThat(draws).containsExactly("1", "66", "3", "permutation 4", "3", "12", "3");

    // Area 0.7 of 10 000, ratio (3/4)^(3/4) (4/3)^(1/4) = (3/4)^(1/2).
    ImagePlan image = plan.images().get(0);
    assertThat(image.box()).isEqualTo(new CropBox(5, 2, 78, 90));
    assertThat(image.flip()).isTrue();
    assertThat(image.grayscale()).isTrue();
    assertThat(image.jitter()).contains(new JitterFactors(0.8f, 0.8f, 0.9f, -0.05f));
    assertThat(plan.jitterOrder())
        .containsExactly(
            JitterStep.HUE, JitterStep.SATURATION, JitterStep.CONTRAST, JitterStep.BRIGHTNESS);
    assertThat(plan.images()).containsOnly(image);
    assertThat(plan.batch()).isEqualTo(3);
    assertThat(plan.size()).isEqualTo(224);
  }

  private record Quarters(List<String> draws) implements NoiseSource {
    @Override
    public void uniform(float[] values) {
      draws.add(String.valueOf(values.length));
      Arrays.fill(values, 0.25f);
    }

    @Override
    public void normal(float[] values) {
      throw new AssertionError();
    }

    @Override
    public double[] beta(double alpha, double beta, int count) {
      throw new AssertionError();
    }

    @Override
    public int[] permutation(int size) {
      draws.add("permutation " + size);
      return IntStream.range(0, size).map(i -> size - 1 - i).toArray();
    }
  }

  @Test
  void should_not_change_with_the_lists_it_was_made_of() {
    List<ImagePlan> images = new ArrayList<>();
    images.add(ImagePlan.resize(CropBox.whole(2, 2)));
    List<JitterStep> order = new ArrayList<>(List.of(JitterStep.values()));
    AugmentationPlan plan = new AugmentationPlan(2, 2, 4, order, images);
    images.clear();
    Collections.reverse(order);
    assertThat(plan).isEqualTo(AugmentationPlan.resize(1, 2, 2, 4));
    assertThatThrownBy(() -> plan.images().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void should_refuse_plans_that_cannot_be_carried_out() {
    List<JitterStep> order = List.of(JitterStep.values());
    List<ImagePlan> one = List.of(ImagePlan.resize(CropBox.whole(2, 2)));
    refused(
        () -> new AugmentationPlan(0, 2, 4, order, one),
        "height: expected a number from 1 to 8192 but was 0");
    refused(
        () -> new AugmentationPlan(2, 8193, 4, order, one),
        "width: expected a number from 1 to 8192 but was 8193");
    refused(
        () -> new AugmentationPlan(2, 2, 0, order, one),
        "size: expected a number from 1 to 8192 but was 0");
    refused(
        () -> new AugmentationPlan(2, 2, 4, order.subList(0, 3), one),
        "jitterOrder: expected each of [BRIGHTNESS, CONTRAST, SATURATION, HUE] once but was"
            + " [BRIGHTNESS, CONTRAST, SATURATION]");
    refused(
        () -> new AugmentationPlan(2, 2, 4, Collections.nCopies(4, JitterStep.HUE), one),
        "jitterOrder: expected each of [BRIGHTNESS, CONTRAST, SATURATION, HUE] once but was"
            + " [HUE, HUE, HUE, HUE]");
    refused(
        () -> new AugmentationPlan(2, 2, 4, order, List.of()),
        "images: expected at least one but there is none");
    refused(
        () -> new AugmentationPlan(2, 1, 4, order, one),
        "images[0].box: expected to lie within 2 rows and 1 column but was"
            + " CropBox[top=0, left=0, height=2, width=2]");
    refused(
        () -> AugmentationPlan.draw(0, 2, 2, PAPER, NoiseSource.seeded(1)),
        "batch: expected a number from 1 to 97612893 but was 0");
  }

  @Test
  void should_refuse_empty_boxes_and_colors_out_of_range() {
    refused(() -> new CropBox(-1, 0, 1, 1), "top: expected a number from 0 to 8192 but was -1");
    refused(() -> new CropBox(0, -1, 1, 1), "left: expected a number from 0 to 8192 but was -1");
    refused(() -> new CropBox(0, 0, 0, 1), "height: expected a number from 1 to 8192 but was 0");
    refused(() -> new CropBox(0, 0, 1, 0), "width: expected a number from 1 to 8192 but was 0");
    refused(
        () -> new JitterFactors(-1, 1, 1, 0),
        "brightness: expected a number from 0.0 to 2.0 but was -1.0");
    refused(
        () -> new JitterFactors(1, 3, 1, 0),
        "contrast: expected a number from 0.0 to 2.0 but was 3.0");
    refused(
        () -> new JitterFactors(1, 1, Float.NaN, 0),
        "saturation: expected a number from 0.0 to 2.0 but was NaN");
    refused(
        () -> new JitterFactors(1, 1, 1, 0.75f),
        "hue: expected a number from -0.5 to 0.5 but was 0.75");
  }

  private static void refused(Runnable work, String message) {
    assertThatThrownBy(work::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
