// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class TensorViewTest {
  @FreshManager private static NDManager manager;

  private static Arguments view(
      Function<NDArray, TensorView> wrap, Shape good, String text, Shape bad, String message) {
    return Arguments.of(wrap, good, text, bad, message);
  }

  static Stream<Arguments> views() {
    return Stream.of(
        view(
            VoxelBatch::of,
            new Shape(2, 5),
            "VoxelBatch(2, 5)",
            new Shape(2, 5, 1),
            "voxels: expected [batch, voxels] but was [2, 5, 1]"),
        view(
            BrainTokens::of,
            new Shape(2, 3, 4),
            "BrainTokens(2, 3, 4)",
            new Shape(2, 12),
            "brain tokens: expected [batch, tokens, width] but was [2, 12]"),
        view(
            ClipTokens::of,
            new Shape(2, 3, 4),
            "ClipTokens(2, 3, 4)",
            new Shape(2, 12),
            "clip tokens: expected [batch, tokens, width] but was [2, 12]"),
        view(
            ClipVectors::of,
            new Shape(2, 4),
            "ClipVectors(2, 4)",
            new Shape(2, 1, 4),
            "clip vectors: expected [batch, width] but was [2, 1, 4]"),
        view(
            ClipVectors::normalized,
            new Shape(2, 4),
            "ClipVectors(2, 4)",
            new Shape(4),
            "clip vectors: expected [batch, width] but was [4]"),
        view(
            VaeLatents::of,
            new Shape(2, 4, 8, 6),
            "VaeLatents(2, 4, 8, 6)",
            new Shape(2, 8, 6),
            "vae latents: expected [batch, channels, height, width] but was [2, 8, 6]"),
        view(
            VaePixels::of,
            new Shape(2, 3, 8, 6),
            "VaePixels(2, 3, 8, 6)",
            new Shape(2, 4, 8, 6),
            "vae pixels: expected [batch, channels=3, height, width] but was [2, 4, 8, 6]"),
        view(
            ImageBatch::of,
            new Shape(2, 3, 8, 6),
            "ImageBatch(2, 3, 8, 6)",
            new Shape(2, 8, 6, 3),
            "images: expected [batch, channels=3, height, width] but was [2, 8, 6, 3]"),
        view(
            ClipPixels::of,
            new Shape(2, 3, 8, 8),
            "ClipPixels(2, 3, 8, 8)",
            new Shape(3, 8, 8),
            "clip pixels: expected [batch, channels=3, height, width] but was [3, 8, 8]"),
        view(
            ClipPixels::of,
            new Shape(1, 3, 8, 8),
            "ClipPixels(1, 3, 8, 8)",
            new Shape(1, 3, 8, 6),
            "clip pixels: expected a square image but was (1, 3, 8, 6)"));
  }

  @ParameterizedTest
  @MethodSource("views")
  void should_wrap_tensors_with_its_axes(
      Function<NDArray, TensorView> wrap, Shape good, String text, Shape bad, String message) {
    TensorView view = wrap.apply(manager.ones(good));
    assertThat(view).hasToString(text);
    assertThat(view.batch()).isEqualTo((int) good.get(0));
    assertThat(view.array().getManager()).isSameAs(manager);
  }

  @ParameterizedTest
  @MethodSource("views")
  void should_explain_tensors_with_other_axes(
      Function<NDArray, TensorView> wrap, Shape good, String text, Shape bad, String message) {
    NDArray array = manager.ones(bad);
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> wrap.apply(array))
        .withMessage(message);
  }

  @ParameterizedTest
  @MethodSource("views")
  void should_explain_numbers_that_are_not_floats(
      Function<NDArray, TensorView> wrap, Shape good, String text, Shape bad, String message) {
    NDArray array = manager.ones(good, DataType.INT32);
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> wrap.apply(array))
        .withMessageEndingWith(": expected float32 (or float64) values but the type is int32");
  }

  @Test
  void should_not_copy() {
    NDArray array = manager.zeros(new Shape(2, 3, 4, 4));
    assertThat(ImageBatch.of(array).array()).isSameAs(array);
    assertThat(ClipPixels.of(array).array()).isSameAs(array);
  }

  @Test
  void should_know_their_sizes() {
    ImageBatch images = ImageBatch.of(manager.zeros(new Shape(2, 3, 8, 6)));
    assertThat(images.height()).isEqualTo(8);
    assertThat(images.width()).isEqualTo(6);
    assertThat(ClipPixels.of(manager.zeros(new Shape(2, 3, 8, 8))).size()).isEqualTo(8);
    assertThat(VoxelBatch.of(manager.zeros(new Shape(2, 5))).voxels()).isEqualTo(5);
    assertThat(ClipVectors.of(manager.zeros(new Shape(2, 5))).width()).isEqualTo(5);
    assertThat(ClipTokens.of(manager.zeros(new Shape(2, 5, 7))).space())
        .isEqualTo(new ClipSpace(5, 7));
    assertThat(BrainTokens.of(manager.zeros(new Shape(2, 5, 7))).space())
        .isEqualTo(new ClipSpace(5, 7));
  }

  @Test
  void should_flatten_brain_volumes_row_by_row() {
    NDArray volume = ParityGenerator.input(manager, 1, new Shape(2, 3, 4, 5));
    VoxelBatch voxels = VoxelBatch.of(volume);
    assertThat(voxels.voxels()).isEqualTo(60);
    assertThat(voxels.array().toFloatArray()).isEqualTo(volume.toFloatArray());
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> VoxelBatch.of(manager.zeros(new Shape(2, 0, 4, 5))))
        .withMessage("voxels: expected [batch, x, y, z] but was [2, 0, 4, 5]");
  }

  @Test
  void should_normalise_rows_and_leave_the_argument_alone() {
    NDArray rows = manager.create(new float[] {3, 4, 0, 0, 1e-20f, 0}, new Shape(3, 2));
    ClipVectors vectors = ClipVectors.normalized(rows);
    TensorAssert.assertThat(vectors.array())
        .isWithinAbsolute(new double[] {0.6, 0.8, 0, 0, 1e-8, 0}, 1e-7);
    assertThat(rows.toFloatArray()).containsExactly(3, 4, 0, 0, 1e-20f, 0);
  }

  @Test
  void should_flatten_tokens_token_by_token_to_unit_length() {
    NDArray array = manager.create(new float[] {1, 1, 1, 1, 0, 3, 4, 0}, new Shape(2, 2, 2));
    TensorAssert.assertThat(ClipTokens.of(array).toUnitVectors().array())
        .hasShape(2, 4)
        .isWithinAbsolute(new double[] {0.5, 0.5, 0.5, 0.5, 0, 0.6, 0.8, 0}, 1e-7);
  }

  @Test
  void should_leave_only_the_results_behind() {
    NDArray rows = manager.ones(new Shape(3, 2));
    NDArray volume = manager.ones(new Shape(3, 2, 2, 2));
    LeakCheck.assertNoLeak(
        () -> {
          ClipVectors.of(rows);
          ClipVectors.normalized(rows).array().close();
          VoxelBatch.of(volume).array().close();
          try (NDManager scope = manager.newSubManager()) {
            ClipTokens.of(scope.ones(new Shape(2, 2, 2))).toUnitVectors();
          }
        });
  }

  @Test
  void should_describe_clip_spaces() {
    assertThat(ClipSpace.VIT_L_14_HIDDEN.size()).isEqualTo(197_376);
    assertThat(ClipSpace.VIT_L_14_FINAL).hasToString("1x768");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipSpace(0, 768))
        .withMessage("a CLIP space needs at least one token and one channel but was 0x768");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipSpace(257, -1))
        .withMessage("a CLIP space needs at least one token and one channel but was 257x-1");
  }
}
