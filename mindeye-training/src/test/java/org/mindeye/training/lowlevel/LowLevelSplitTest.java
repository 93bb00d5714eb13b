// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class LowLevelSplitTest {
  @FreshManager private NDManager manager;
  private AutoencoderKl autoencoder;

  @BeforeEach
  void open() {
    autoencoder = TinyLowLevel.autoencoder(2);
  }

  @AfterEach
  void close() {
    autoencoder.close();
  }

  private static TrialBatch last(List<Trial> trials) {
    TrialBatch last = null;
    for (TrialBatch batch : new TrialLoader(trials, LoaderConfig.evaluation(4)).epoch(0)) {
      last = batch;
    }
    return last;
  }

  @Test
  void should_keep_the_likeliest_latents_of_each_image() {
    List<Trial> trials = TinyLowLevel.trials(0, 11);
    LowLevelSplit split = LowLevelSplit.encode(Split.TRAIN, trials, autoencoder, 16);
    NDArray latents = split.latents(last(trials), manager).array();
    assertThat(latents.getShape()).isEqualTo(new Shape(3, 4, 8, 8));
    for (int i = 0; i < 3; i++) {
      VaePixels pixels = VaePixels.of(ResizedImages.of(trials.subList(8 + i, 9 + i), 16, manager));
      assertThat(latents.get(i).toFloatArray())
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(autoencoder.encodeMode(pixels, manager).array().toFloatArray());
    }
    assertThat(split.side()).isEqualTo(16);
    assertThat(split.autoencoder()).isSameAs(autoencoder);
    LeakCheck.assertNoLeak(
        3, () -> LowLevelSplit.encode(Split.TRAIN, trials.subList(0, 1), autoencoder, 16));
    TrialBatch batch = last(trials);
    LeakCheck.assertNoLeak(
        () -> {
          try (NDManager owner = Torch.newManager(Device.cpu())) {
            split.latents(batch, owner);
          }
        });
  }

  /** Corners keep their color when a picture of two halves becomes larger, and so does its edge. */
  @Test
  void should_resize_to_any_side() {
    List<Trial> trials = TinyLowLevel.trials(0, 1);
    float[] small = trials.get(0).image().toFloats();
    float[] large = ResizedImages.pixels(trials, 24)[0];
    assertThat(large).hasSize(3 * 24 * 24);
    assertThat(large[0]).isEqualTo(small[0]);
    assertThat(large[23]).isEqualTo(small[11]);
    // Twice the size: the pixels beside the edge lie a quarter of a pixel from their own centre.
    assertThat(large[11]).isEqualTo(0.75f * small[5] + 0.25f * small[6]);
    assertThat(ResizedImages.pixels(trials, 12)[0]).isEqualTo(small);
  }

  @Test
  void should_refuse_another_list() {
    LowLevelSplit split =
        LowLevelSplit.encode(Split.TRAIN, TinyLowLevel.trials(0, 4), autoencoder, 16);
    TrialBatch other = last(TinyLowLevel.trials(1, 4));
    assertThatThrownBy(() -> split.latents(other, manager))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "latents: sample sample1 (coco 1) is at position 0 of its batches, where the train"
                + " split of 4 has another one; encode the list that is batched");
    TrialBatch longer = last(TinyLowLevel.trials(0, 5));
    assertThatThrownBy(() -> split.latents(longer, manager))
        .hasMessageContaining("sample4 (coco 4) is at position 4");
  }

  @Test
  void should_refuse_what_cannot_be_encoded() {
    List<Trial> trials = TinyLowLevel.trials(0, 1);
    assertThatThrownBy(() -> LowLevelSplit.encode(Split.TRAIN, trials, autoencoder, 15))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "side: expected a number divisible by 2, which the autoencoder divides images by, but"
                + " was 15");
    assertThatThrownBy(() -> LowLevelSplit.encode(Split.TRAIN, List.of(), autoencoder, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the train split has no samples");
  }
}
