// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Split;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.lowlevel.ImageSplit;

class PainterSplitTest {
  @FreshManager private NDManager manager;

  /** More pictures than are encoded at a time; each alone. */
  @Test
  void should_have_the_numbers_of_each_picture_in_any_order() {
    ImageSplit pictures = TinyPainter.pictures(Split.TRAIN, 35);
    PainterSplit split = TinyPainter.split(Split.TRAIN, 35);
    int[] rows = {34, 0, 33};
    NDArray latents = split.latents(rows, manager).array();
    NDArray tokens = split.tokens(rows, manager).array();
    assertThat(latents.getShape()).isEqualTo(new Shape(3, 2, 4, 4));
    assertThat(tokens.getShape()).isEqualTo(new Shape(3, 5, 6));
    try (AutoencoderKl autoencoder = TinyPainter.autoencoder();
        ClipImageEncoder clip = TinyPainter.clip(6)) {
      for (int i = 0; i < rows.length; i++) {
        ImageBatch one = ImageBatches.of(List.of(pictures.images().get(rows[i])), manager);
        assertClose(
            latents.get(i), autoencoder.encodeMode(VaePixels.of(one), manager).array(), 2e-3);
        assertClose(tokens.get(i), clip.encodeTokens(one, manager).array(), 2e-3);
      }
    }
    assertThat(split.size()).isEqualTo(35);
    assertThat(split.split()).isEqualTo(Split.TRAIN);
    assertThat(split.space()).isEqualTo(new ClipSpace(5, 6));
    assertThat(split.shape()).isEqualTo(new Shape(2, 4, 4));
    assertThat(split.fingerprint()).isEqualTo(DataFingerprint.ofImages(pictures.images()));
  }

  private static void assertClose(NDArray found, NDArray expected, double relative) {
    float[] values = found.toFloatArray();
    float[] wanted = expected.toFloatArray();
    assertThat(values).hasSameSizeAs(wanted);
    for (int i = 0; i < values.length; i++) {
      double tolerance = relative * Math.max(0.01, Math.abs(wanted[i]));
      assertThat((double) values[i]).isCloseTo(wanted[i], within(tolerance));
    }
  }

  @Test
  void should_leave_nothing_behind() {
    PainterSplit split = TinyPainter.split(Split.TRAIN, 3);
    LeakCheck.assertNoLeak(
        () -> {
          try (NDManager call = Torch.newManager(Device.cpu())) {
            split.latents(new int[] {1}, call);
            split.tokens(new int[] {1, 2}, call);
          }
        });
    ImageSplit pictures = TinyPainter.pictures(Split.TRAIN, 2);
    try (AutoencoderKl autoencoder = TinyPainter.autoencoder();
        ClipImageEncoder clip = TinyPainter.clip(6)) {
      LeakCheck.assertNoLeak(() -> PainterSplit.encode(pictures, autoencoder, clip));
    }
  }

  @Test
  void should_refuse_what_cannot_be_encoded() {
    ImageSplit odd = new ImageSplit(Split.TRAIN, List.of(TinyPainter.picture(Split.TRAIN, 0, 7)));
    ImageSplit pictures = TinyPainter.pictures(Split.TRAIN, 2);
    try (AutoencoderKl autoencoder = TinyPainter.autoencoder();
        ClipImageEncoder clip = TinyPainter.clip(6)) {
      assertThatThrownBy(() -> PainterSplit.encode(odd, autoencoder, clip))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessageContaining("sides divisible by the 2");
      autoencoder.arrays().get("quant_conv.bias").muli(0).addi(1e6f);
      assertThatThrownBy(() -> PainterSplit.encode(pictures, autoencoder, clip))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith(
              "latents of train-0: expected numbers of at most 65504.0 but found ")
          .hasMessageEndingWith("; look at the network that encoded them");
    }
  }
}
