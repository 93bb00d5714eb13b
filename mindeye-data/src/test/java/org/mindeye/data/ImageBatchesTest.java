// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ImageBatchesTest {
  @FreshManager private NDManager owner;

  private static Trial trial(String key, int width, int height) {
    SampleOrigin origin = new SampleOrigin("a.tar", key);
    EncodedImage image =
        EncodedImage.png(SampleOrigin.memory("elsewhere"), TestTrials.pixels(3, width, height));
    return new Trial(origin, image, TestTrials.voxels(1, 3), 1, new long[] {1}, 1);
  }

  @Test
  void should_make_one_tensor_of_the_pictures_of_trials() {
    List<Trial> trials = TestTrials.trials(3);
    ImageBatch batch = ImageBatches.ofTrials(trials, owner);
    assertThat(batch.array().getManager()).isSameAs(owner);
    assertThat(batch.array().getShape().getShape()).containsExactly(3, 3, 6, 8);
    float[] values = batch.array().toFloatArray();
    float[][] pixels = ImageBatches.pixels(trials);
    for (int i = 0; i < 3; i++) {
      float[] one = trials.get(i).image().toFloats();
      assertThat(Arrays.copyOfRange(values, i * 144, (i + 1) * 144)).isEqualTo(one);
      assertThat(pixels[i]).isEqualTo(one);
    }
    List<TrialImage> images = trials.stream().map(Trial::image).toList();
    assertThat(ImageBatches.of(images, owner).array().toFloatArray()).isEqualTo(values);
    assertThat(ImageBatches.ofPixels(pixels, 6, 8, owner).array().toFloatArray()).isEqualTo(values);
  }

  @Test
  void should_name_the_picture_of_another_size() {
    List<Trial> mixed = List.of(trial("s1", 8, 6), trial("s2", 8, 6), trial("odd", 6, 8));
    String message =
        "shard a.tar, sample odd, member image: expected 8x6 as in sample s1 but found 6x8";
    assertThatThrownBy(() -> ImageBatches.ofTrials(mixed, owner))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> ImageBatches.pixels(mixed)).hasMessage(message);
    List<TrialImage> images = mixed.stream().map(Trial::image).toList();
    assertThatThrownBy(() -> ImageBatches.of(images, owner))
        .hasMessageStartingWith("shard memory, sample elsewhere, member image: expected 8x6");
  }

  @Test
  void should_say_what_is_wrong_with_the_arguments() {
    assertThatThrownBy(() -> ImageBatches.ofTrials(List.of(), owner))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images: expected at least one but found none");
    assertThatThrownBy(() -> ImageBatches.ofPixels(new float[2][12], 2, 3, owner))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("pixels of picture 0: expected [3, 2, 3], 18 values, but found 12");
    assertThatThrownBy(() -> ImageBatches.ofPixels(new float[2][12], -2, -2, owner))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images: expected positive sides but found -2x-2");
    assertThatThrownBy(() -> ImageBatches.ofPixels(new float[2][], 1 << 15, 1 << 15, owner))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images: 2 of 32768x32768 do not fit one array; take them in several batches");
    assertThatThrownBy(() -> ImageBatches.ofTrials(TestTrials.trials(1), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("owner");
  }

  @Test
  void should_leave_nothing_behind() {
    List<Trial> trials = TestTrials.trials(2);
    LeakCheck.assertNoLeak(
        () -> {
          try (NDManager manager = Torch.newManager(Device.cpu())) {
            ImageBatches.ofTrials(trials, manager);
          }
        });
  }
}
