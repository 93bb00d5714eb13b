// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

/**
 * PixCorr and SSIM. The numbers of the second test are from scikit-image 0.26, numpy 2.4 and torch
 * 2.13's {@code interpolate}, on the same generated pictures.
 */
class PixelMetricsTest {
  private static final PixCorr PIXCORR = PixCorr.on(PixelGrid.unchanged());
  private static final Ssim SSIM = Ssim.on(PixelGrid.unchanged(), Ssim.Variant.PICTURE);
  private static final double TOLERANCE = 1e-6;

  @FreshManager private NDManager manager;

  private ImageBatch noise(long seed, Shape shape) {
    return ImageBatch.of(ParityGenerator.input(manager, seed, shape, 0.5, 0.5));
  }

  private static ImageBatch mixed(ImageBatch a, float share, ImageBatch b) {
    return ImageBatch.of(a.array().mul(share).add(b.array().mul(1 - share)));
  }

  @Test
  void should_agree_with_the_original_on_golden_pictures() {
    Golden golden = Golden.open("/golden/vision-and-metrics.safetensors");
    Shape shape = new Shape(6, 3, 48, 48);
    ImageBatch seen = noise(golden.seedBase() + 20, shape);
    ImageBatch painted = mixed(seen, 0.6f, noise(golden.seedBase() + 21, shape));

    assertThat(PIXCORR.each(seen, painted))
        .containsExactly(doubles(golden, "metric.pixcorr_each"), within(TOLERANCE));
    assertThat(SSIM.each(seen, painted))
        .containsExactly(doubles(golden, "metric.ssim_each"), within(TOLERANCE));
  }

  @Test
  void should_score_both_and_count_one_gray_as_no_correlation() {
    ImageBatch seen = noise(3, new Shape(4, 3, 16, 16));
    ImageBatch painted = mixed(seen, 0.6f, noise(4, new Shape(4, 3, 16, 16)));
    painted.array().set(new NDIndex("1"), 0.5f);
    painted.array().set(new NDIndex("2"), 0f);
    painted.array().set(new NDIndex("2, 0"), 1f); // One color that is no gray: it correlates.
    PixelGrid grid = new PixelGrid(List.of(12, 20), Antialias.ON);

    List<PixelScores> scores = PixelScores.each(seen, painted, grid);

    double[][] pixCorr = PixCorr.on(grid).cross(seen, painted);
    assertThat(pixCorr[1][1]).isNaN();
    assertThat(pixCorr[2][2]).isNotZero();
    assertThat(scores)
        .extracting(PixelScores::pixCorr)
        .containsExactly(pixCorr[0][0], 0.0, pixCorr[2][2], pixCorr[3][3]);
    assertThat(scores)
        .extracting(PixelScores::ssim)
        .containsExactly(boxed(Ssim.on(grid, Ssim.Variant.PICTURE).each(seen, painted)));
    LeakCheck.assertNoLeak(() -> PixelScores.each(seen, painted, grid));
  }

  private static Double[] boxed(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }

  private static double[] doubles(Golden golden, String name) {
    float[] values = golden.floats(name);
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @ParameterizedTest
  @CsvSource({
    "'',      OFF, 1, 0.8863031634, 0.8632240119, 0.9184789561, 0.8854827755",
    "256 425, OFF, 1, 0.8802717930, 0.9003207694, 0.9178790409, 0.8778483329",
    "256 425, OFF, 9, 0.8262704004, 0.8450084687, 0.9183766790, 0.8209631681",
    "256 425, ON,  9, 0.8309151781, 0.8511350386, 0.9183133285, 0.8261450193",
  })
  void should_agree_with_scikit_image_on_other_grids(
      String sides,
      Antialias antialias,
      int enlarged,
      double ssim,
      double columns,
      double pixCorr,
      double ssimOfSecond) {
    Shape shape = new Shape(2, 3, 64, 48);
    ImageBatch seen = noise(7000, shape);
    ImageBatch painted = mixed(seen, 0.7f, noise(7001, shape));
    PixelGrid grid =
        new PixelGrid(
            sides.isEmpty()
                ? List.of()
                : List.of(sides.split(" ")).stream().map(Integer::valueOf).toList(),
            antialias);

    ImageBatch a = blocks(seen, enlarged);
    ImageBatch b = blocks(painted, enlarged);
    assertThat(Ssim.on(grid, Ssim.Variant.PICTURE).each(a, b))
        .containsExactly(new double[] {ssim, ssimOfSecond}, within(TOLERANCE));
    assertThat(Ssim.on(grid, Ssim.Variant.COLUMNS).each(a, b)[0])
        .isEqualTo(columns, within(TOLERANCE));
    assertThat(PixCorr.on(grid).each(a, b)[0]).isEqualTo(pixCorr, within(TOLERANCE));
  }

  /** Each pixel as a block of pixels. */
  private static ImageBatch blocks(ImageBatch images, int size) {
    return ImageBatch.of(images.array().repeat(2, size).repeat(3, size));
  }

  /** Numbers of the original's call on gray pictures of 32 x 32, in float64. */
  @Test
  void should_give_the_ssim_of_the_worked_example() {
    Shape shape = new Shape(1, 3, 32, 32);
    ImageBatch a = noise(7000, shape);
    ImageBatch b = mixed(a, 0.7f, noise(7001, shape));

    assertThat(SSIM.each(a, b)[0]).isEqualTo(0.88471742, within(1e-7));
    assertThat(Ssim.on(PixelGrid.unchanged(), Ssim.Variant.COLUMNS).each(a, b)[0])
        .isEqualTo(0.8673989, within(1e-7));
  }

  @Test
  void should_compare_every_picture_with_every_reconstruction() {
    ImageBatch seen = noise(1, new Shape(3, 3, 16, 20));
    ImageBatch painted = noise(2, new Shape(2, 3, 16, 20));
    painted.array().set(new NDIndex("1"), 0.5f);

    double[][] ssim = SSIM.cross(seen, painted);
    double[][] pixCorr = PIXCORR.cross(seen, painted);

    assertThat(ssim).hasDimensions(3, 2);
    for (int i = 0; i < 3; i++) {
      ImageBatch row = ImageBatch.of(seen.array().get(new NDIndex("{}:{}", i, i + 1)));
      for (int j = 0; j < 2; j++) {
        ImageBatch column = ImageBatch.of(painted.array().get(new NDIndex("{}:{}", j, j + 1)));
        assertThat(ssim[i][j]).isEqualTo(SSIM.each(row, column)[0]);
      }
      ImageBatch first = ImageBatch.of(painted.array().get(new NDIndex("0:1")));
      assertThat(pixCorr[i][0]).isEqualTo(PIXCORR.each(row, first)[0]);
      assertThat(pixCorr[i][1]).as("of one gray").isNaN();
    }
    assertThatThrownBy(() -> SSIM.cross(seen, noise(3, new Shape(1, 3, 20, 20))))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageStartingWith(
            "painted image 0: expected 16 x 20 pixels as seen image 0 has but found 20 x 20");
  }

  @Test
  void should_resize_as_published() {
    assertThat(PixelGrid.paper()).isEqualTo(new PixelGrid(List.of(256, 425), Antialias.OFF));
  }

  @Test
  void should_be_one_for_equal_pictures_and_not_care_for_their_order() {
    ImageBatch a = noise(1, new Shape(2, 3, 16, 20));
    ImageBatch b = noise(2, new Shape(2, 3, 16, 20));

    assertThat(SSIM.each(a, a)).containsOnly(1);
    assertThat(PIXCORR.each(a, a)).containsExactly(new double[] {1, 1}, within(1e-12));
    assertThat(SSIM.each(a, b)).containsExactly(SSIM.each(b, a), within(1e-12));
    assertThat(PIXCORR.each(a, b)).containsExactly(PIXCORR.each(b, a), within(1e-12));
  }

  @Test
  void should_take_pictures_that_are_as_large_as_the_window() {
    ImageBatch narrow = noise(1, new Shape(1, 3, 11, 11));
    assertThat(SSIM.each(narrow, narrow)).containsOnly(1);
    ImageBatch column = noise(1, new Shape(1, 3, 11, 2));
    assertThat(Ssim.on(PixelGrid.unchanged(), Ssim.Variant.COLUMNS).each(column, column))
        .containsOnly(1);
    assertThatThrownBy(() -> SSIM.each(column, column))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "seen image 0: expected at least 11 pixels a side, the size of the window, but was 11 x 2");
  }

  @Test
  void should_refuse_what_has_no_score() {
    ImageBatch a = noise(1, new Shape(2, 3, 16, 16));
    ImageBatch bright = ImageBatch.of(a.array().mul(2));
    assertThatThrownBy(() -> SSIM.each(a, bright))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("painted image 0: expected values in [0, 1] but they reach from ")
        .hasMessageEndingWith("clamp what a decoder paints, divide bytes by 255");
    ImageBatch gray = ImageBatch.of(manager.ones(new Shape(2, 3, 16, 16)).mul(0.3f));
    assertThatThrownBy(() -> PIXCORR.each(gray, a))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("seen image 0 is constant, so its correlation is undefined; leave it out");
    assertThat(SSIM.each(gray, gray)).containsOnly(1);
    assertThatThrownBy(
            () -> PIXCORR.each(a, ImageBatch.of(a.array().div(manager.zeros(new Shape())))))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith("painted image 0");
    assertThatThrownBy(() -> PIXCORR.each(a, noise(2, new Shape(1, 3, 16, 16))))
        .hasMessage(
            "painted: expected one image for each of the 2 seen ones but was (1, 3, 16, 16)");
    assertThatThrownBy(() -> PIXCORR.each(a, noise(2, new Shape(2, 3, 16, 15))))
        .hasMessage(
            "painted image 0: expected 16 x 16 pixels as seen image 0 has but found 16 x 15;"
                + " compare on a grid that resizes, such as PixelGrid.paper()");
    assertThatThrownBy(() -> new PixelGrid(List.of(0), Antialias.OFF))
        .hasMessage("sides: expected at least 1 but was 0");
  }

  @Test
  void should_not_leak() {
    ImageBatch a = noise(1, new Shape(1, 3, 16, 16));
    PixelGrid grid = new PixelGrid(List.of(12), Antialias.ON);
    LeakCheck.assertNoLeak(() -> PixCorr.on(grid).each(a, a));
    LeakCheck.assertNoLeak(() -> PixCorr.on(grid).cross(a, a));
    LeakCheck.assertNoLeak(() -> Ssim.on(grid, Ssim.Variant.PICTURE).cross(a, a));
  }
}
