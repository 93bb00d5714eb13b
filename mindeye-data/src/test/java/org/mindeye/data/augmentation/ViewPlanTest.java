// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.augmentation.ImageView.Solarization;

/** Second views: properties, and plain formulas for what the main recipe does not have. */
class ViewPlanTest {
  private static final List<JitterStep> STEPS = List.of(JitterStep.values());

  private static float[] random(int side, long seed) {
    float[] image = new float[3 * side * side];
    NoiseSource.seeded(seed).uniform(image);
    return image;
  }

  private static float[] apply(ImageView view, int side, float[] pixels) {
    return new ViewPlan(side, STEPS, List.of(view)).apply(new float[][] {pixels})[0];
  }

  private static ImageView blurred(int side, double sigma) {
    return new ImageView(
        Optional.empty(), false, Optional.empty(), sigma, CropBox.whole(side, side));
  }

  private static ImageView solarized(int side, float addition, float threshold) {
    return new ImageView(
        Optional.empty(),
        false,
        Optional.of(new Solarization(addition, threshold)),
        0,
        CropBox.whole(side, side));
  }

  @Test
  void should_keep_every_bit_when_nothing_is_chosen() {
    float[] image = random(9, 1);
    assertThat(ViewPlan.unchanged(2, 9).apply(new float[][] {image, image})[1])
        .isEqualTo(image)
        .isNotSameAs(image);
    ViewPlan drawn = ViewPlan.draw(3, 9, ViewConfig.unchanged(), NoiseSource.seeded(4));
    assertThat(drawn.images()).isEqualTo(ViewPlan.unchanged(3, 9).images());
  }

  @ParameterizedTest
  @CsvSource({"4, 0.1", "4, 2", "9, 0.7", "16, 1.5"})
  void should_blur_like_the_plain_formula(int side, double sigma) {
    float[] image = random(side, 2);
    float[] before = image.clone();
    float[] found = apply(blurred(side, sigma), side, image);
    assertThat(image).isEqualTo(before);
    for (int at = 0; at < found.length; at++) {
      int plane = at / (side * side) * side * side;
      double expected = plain(image, plane, side, at % (side * side) / side, at % side, sigma);
      assertThat(found[at]).as("value %d", at).isCloseTo((float) expected, within(2e-6f));
    }
  }

  /** All 49 neighbors at once, mirrored at the edges without repeating them. */
  private static double plain(float[] image, int plane, int side, int y, int x, double sigma) {
    double sum = 0;
    double weights = 0;
    for (int dy = -3; dy <= 3; dy++) {
      for (int dx = -3; dx <= 3; dx++) {
        double weight = Math.exp(-(dy * dy + dx * dx) / (2 * sigma * sigma));
        int row = mirrored(y + dy, side);
        int column = mirrored(x + dx, side);
        sum += weight * image[plane + row * side + column];
        weights += weight;
      }
    }
    return sum / weights;
  }

  private static int mirrored(int i, int side) {
    return i < 0 ? -i : i >= side ? 2 * side - 2 - i : i;
  }

  @Test
  void should_turn_light_parts_into_their_negative() {
    float[] image = {0, 0.2f, 0.44f, 0.45f, 0.9f, 1, 0.5f, 0.1f, 0.3f, 0.7f, 0.6f, 0.8f};
    float[] all = new float[48];
    System.arraycopy(image, 0, all, 0, 12);
    float[] found = apply(solarized(4, 0.05f, 0.5f), 4, all);
    float[] expected = {
      0.05f, 0.25f, 0.49f, 0.5f, 0.05f, 0, 0.45f, 0.15f, 0.35f, 0.25f, 0.35f, 0.15f
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("value %d", i).isCloseTo(expected[i], within(1e-6f));
    }
    assertThat(apply(solarized(4, -0.3f, 1), 4, all)[1]).isZero();
  }

  /** Blurred before the crop, solarised before the blur: other orders give other numbers. */
  @Test
  void should_keep_the_order_of_the_stages() {
    int side = 8;
    float[] image = random(side, 3);
    CropBox box = new CropBox(1, 2, 5, 6);
    JitterFactors factors = new JitterFactors(1.2f, 0.8f, 0.9f, 0.05f);
    ImageView all =
        new ImageView(
            Optional.of(factors), true, Optional.of(new Solarization(0.1f, 0.5f)), 0.8, box);
    float[] expected = image.clone();
    STEPS.forEach(step -> ColorChange.apply(step, factors, expected));
    ColorChange.grayscale(expected);
    ColorChange.solarize(expected, new Solarization(0.1f, 0.5f));
    float[] blurred = apply(blurred(side, 0.8), side, expected);
    assertThat(apply(all, side, image))
        .isEqualTo(new BilinearResize(box, side).apply(blurred, side, side));
  }

  @Test
  void should_draw_as_published() {
    ViewPlan plan = ViewPlan.draw(4000, 64, ViewConfig.paper(), NoiseSource.seeded(5));
    assertThat(share(plan, view -> view.jitter().isPresent())).isCloseTo(0.8, within(0.03));
    assertThat(share(plan, ImageView::grayscale)).isCloseTo(0.2, within(0.03));
    assertThat(share(plan, view -> view.solarization().isPresent())).isCloseTo(0.2, within(0.03));
    assertThat(share(plan, view -> view.blurSigma() > 0)).isCloseTo(0.1, within(0.02));
    assertThat(plan.images())
        .allSatisfy(
            view -> {
              CropBox box = view.box();
              assertThat(box.height()).isLessThan(64);
              assertThat(box.width()).isLessThan(64);
              assertThat(box.height() * box.width() / 4096.0).isBetween(0.48, 1.0);
              assertThat(box.height() / (double) box.width()).isBetween(0.72, 1.38);
              view.solarization()
                  .ifPresent(
                      how -> {
                        assertThat(how.addition()).isBetween(-0.1f, 0.1f);
                        assertThat(how.threshold()).isBetween(0.4f, 0.6f);
                      });
              assertThat(view.blurSigma()).isBetween(0.0, 2.0);
            });
    assertThat(extent(plan, 0)).containsExactly(0.6, 1.4);
    assertThat(extent(plan, 1)).containsExactly(-0.1, 0.1);
    Set<List<JitterStep>> orders = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      orders.add(ViewPlan.draw(1, 64, ViewConfig.paper(), NoiseSource.seeded(seed)).jitterOrder());
    }
    assertThat(orders).hasSize(24);
  }

  private static double share(ViewPlan plan, Predicate<ImageView> happens) {
    return plan.images().stream().filter(happens).count() / (double) plan.images().size();
  }

  /** The range of brightness (0) or hue (1), to two digits. */
  private static double[] extent(ViewPlan plan, int which) {
    double[] values =
        plan.images().stream()
            .flatMap(view -> view.jitter().stream())
            .mapToDouble(factors -> which == 0 ? factors.brightness() : factors.hue())
            .sorted()
            .toArray();
    return new double[] {
      Math.rint(values[0] * 100) / 100, Math.rint(values[values.length - 1] * 100) / 100
    };
  }

  @Test
  void should_draw_the_same_from_the_same_source() {
    ViewPlan plan = ViewPlan.draw(5, 16, ViewConfig.paper(), NoiseSource.seeded(6));
    assertThat(ViewPlan.draw(5, 16, ViewConfig.paper(), NoiseSource.seeded(6))).isEqualTo(plan);
    assertThat(ViewPlan.draw(5, 16, ViewConfig.paper(), NoiseSource.seeded(7))).isNotEqualTo(plan);
    float[][] images = {random(16, 1), random(16, 2), random(16, 3), random(16, 4), random(16, 5)};
    for (float[] view : plan.apply(images)) {
      for (float value : view) {
        assertThat(value).isBetween(-1e-5f, 1 + 1e-5f);
      }
    }
  }

  @Test
  void should_refuse_what_does_not_fit() {
    ViewPlan plan = ViewPlan.unchanged(2, 4);
    assertThatThrownBy(() -> plan.apply(new float[][] {new float[48]}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images: the plan is for a batch of 2 but was given 1");
    assertThatThrownBy(() -> plan.apply(new float[][] {new float[48], new float[47]}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images[1]: expected 3 x 4 x 4 = 48 numbers but was 47");
    ImageView outside =
        new ImageView(Optional.empty(), false, Optional.empty(), 0, new CropBox(1, 0, 4, 4));
    assertThatThrownBy(() -> new ViewPlan(4, STEPS, List.of(outside)))
        .hasMessageContaining("box: expected to lie within a side of 4 but was");
    assertThatThrownBy(() -> new ViewPlan(3, STEPS, List.of(outside)))
        .hasMessage("side: expected a number from 4 to 8192 but was 3");
    assertThatThrownBy(() -> new ViewPlan(4, STEPS, List.of()))
        .hasMessage("images: expected at least one but there is none");
    assertThatThrownBy(() -> new ViewPlan(4, STEPS.subList(1, 4), List.of(outside)))
        .hasMessageContaining("jitterOrder: expected each of");
    assertThatThrownBy(() -> new SolarizeConfig(0.2, 0.1, 0.6, 0.4))
        .hasMessage("solarize.minThreshold: expected a number from 0.0 to 0.4 but was 0.6");
    assertThatThrownBy(() -> new BlurConfig(0.1, 0, 2))
        .hasMessageContaining("blur.minSigma: expected a number from 0.001 to 2.0");
  }
}
