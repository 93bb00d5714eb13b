// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.TensorTypes;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;

class LowLevelMemoryTest {
  private static final LowLevelConfig SUBJECT_1 = LowLevelConfig.paper(15_724);
  private static final AutoencoderConfig PUBLISHED = AutoencoderConfig.stableDiffusion();

  /** Peaks of resident memory that {@link PeakMemoryTest} measured on Linux x86-64. */
  @ParameterizedTest
  @CsvSource({
    "DECODE_512, FLOAT32, 1587814400, 8",
    "ENCODE_512, FLOAT32, 1087115264, 8",
    "LOW_LEVEL_32, FLOAT32, 1474916352, 8",
    "TEACHER_512, FLOAT32, 3388190720, 8",
    "DECODE_512, BFLOAT16, 1145704448, 8",
    "ENCODE_512, BFLOAT16, 740134912, 15",
    "LOW_LEVEL_32, BFLOAT16, 950730752, 8",
    "TEACHER_512, BFLOAT16, 2020081664, 8"
  })
  void should_be_near_the_measured_peaks(
      MemoryCase one, Precision precision, long peak, int percent) {
    assertThat(one.estimate(precision).total()).isCloseTo(peak, withinPercentage(percent));
  }

  @Test
  void should_count_every_weight_and_what_a_batch_takes() {
    MemoryEstimate one = LowLevelMemory.inference(SUBJECT_1, Precision.FLOAT32, 1);
    assertThat(one.weights()).isEqualTo(206_065_604L * 4);
    assertThat(LowLevelMemory.inference(SUBJECT_1, Precision.FLOAT32, 32).activations())
        .isEqualTo(32 * one.activations());
    assertThat(LowLevelMemory.decoding(PUBLISHED, 1, 1).weights()).isEqualTo(83_653_863L * 4);
    // Three maps of 256 channels, as large as the image.
    assertThat(LowLevelMemory.decoding(PUBLISHED, 2, 64 * 64).activations())
        .isEqualTo(2 * 3 * 256 * 64 * 64 * 4L);
    // Three of 128, and the image.
    assertThat(LowLevelMemory.encoding(PUBLISHED, Precision.FLOAT32, 2, 64 * 64).activations())
        .isEqualTo(2 * (3 * 128 + 3) * 64 * 64 * 4L);
    // The image twice; 11 maps of 256 channels, a position for each 4 x 4 pixels.
    assertThat(
            LowLevelMemory.features(ConvNextConfig.extraLarge(), Precision.FLOAT32, 1, 64 * 64)
                .activations())
        .isEqualTo((2 * 3 * 64 * 64 + 11 * 256 * 16 * 16) * 4L);
  }

  @Test
  void should_count_half_as_much_in_bfloat16_and_large_convolutions_twice() {
    MemoryEstimate exact = LowLevelMemory.decoding(PUBLISHED, 1, 64 * 64);
    MemoryEstimate half = LowLevelMemory.decoding(PUBLISHED, Precision.BFLOAT16, 1, 64 * 64);
    assertThat(half.activations() * 2).isEqualTo(exact.activations());
    // Norms stay float32; those of 128 and more channels each way are kept in a second order.
    assertThat(half.weights()).isBetween(exact.weights() / 2, exact.weights());
    MemoryEstimate teacher =
        LowLevelMemory.features(ConvNextConfig.extraLarge(), Precision.BFLOAT16, 1, 64 * 64);
    assertThat(teacher.weights()).isLessThan(exact.weights() * 3);
  }

  /** Where a block's result is much wider than its input, the end of the block needs most. */
  @Test
  void should_find_the_widest_place() {
    ConvolutionStages steep = new ConvolutionStages(List.of(32, 3200), 1, 32);
    // The second stage, a quarter as large: input, block, shortcut and sum.
    assertThat(steep.reducingPeak(64)).isEqualTo((32 + 3 * 3200) * 16);
    assertThat(steep.enlargingPeak(64)).isEqualTo(3 * 3200 * 64);
  }

  @Test
  void should_refuse_to_load_what_does_not_fit() {
    MemoryBudget budget = MemoryBudget.of(1L << 28, "a test");
    assertThatThrownBy(() -> LowLevelMemory.requireLoadable(SUBJECT_1, Precision.FLOAT32, budget))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("loading a low-level network of 206,065,604 parameters needs 1.1")
        .hasMessageContaining("but 0.25 GiB are available (a test)");
    assertThatThrownBy(() -> LowLevelMemory.requireLoadable(PUBLISHED, Precision.FLOAT32, budget))
        .hasMessageStartingWith("loading an autoencoder of 83,653,863 parameters needs 0.69 GiB");
    assertThatThrownBy(
            () -> LowLevelMemory.requireLoadable(ConvNextConfig.small(), Precision.FLOAT32, budget))
        .hasMessageStartingWith("loading a ConvNeXt of ");
    MemoryBudget ample = MemoryBudget.of(1L << 32, "a test");
    assertThatCode(
            () -> {
              LowLevelMemory.requireLoadable(SUBJECT_1, Precision.FLOAT32, ample);
              LowLevelMemory.requireLoadable(PUBLISHED, Precision.FLOAT32, ample);
              LowLevelMemory.requireLoadable(ConvNextConfig.small(), Precision.FLOAT32, ample);
            })
        .doesNotThrowAnyException();
  }

  /** Names and shapes only: reading a tensor fails. */
  private record Declared(Network network) implements StateDict {
    @Override
    public String source() {
      return "declared";
    }

    @Override
    public Set<String> names() {
      return new LinkedHashSet<>(network.getParameters().keys());
    }

    @Override
    public TensorInfo info(String name) {
      Shape shape = network.getParameters().get(name).getShape();
      return new TensorInfo(name, ElementType.FLOAT32, TensorTypes.shape(shape));
    }

    @Override
    public NDArray load(String name, NDManager owner) {
      throw new AssertionError("read " + name);
    }

    @Override
    public void copyInto(String name, NDArray target) {
      throw new AssertionError("read " + name);
    }

    @Override
    public void close() {
      network.close();
    }
  }

  @Test
  void should_be_asked_before_weights_are_loaded() {
    assumeThat(MemoryBudget.of(Device.cpu()).available()).isPresent();
    int enormous = 1 << 20;
    ConvolutionStages stages = new ConvolutionStages(List.of(enormous), 1, 32);
    try (StateDict voxels =
            new Declared(
                new LowLevelNetwork(
                    new LowLevelConfig(
                        1 << 30,
                        new Mlp(enormous, 1, 0, 0),
                        LatentUpsampling.X4,
                        new Latents(4, 8),
                        false)));
        StateDict images = new Declared(new AutoencoderKl(new AutoencoderConfig(stages, 4, 1)));
        StateDict teacher =
            new Declared(
                new ConvNextTeacher(new ConvNextConfig(List.of(1), List.of(enormous), 512)))) {
      assertThatThrownBy(() -> LowLevelNetwork.load(voxels, Device.cpu()))
          .hasMessageStartingWith("loading a low-level network of 1,1")
          .hasMessageContaining(" are available (");
      assertThatThrownBy(() -> LowLevelNetwork.loadForInference(voxels, Device.cpu()))
          .hasMessageStartingWith("loading a low-level network of 1,1");
      assertThatThrownBy(() -> AutoencoderKl.load(images, Device.cpu()))
          .hasMessageStartingWith("loading an autoencoder of ");
      assertThatThrownBy(() -> ConvNextTeacher.load(teacher, Device.cpu()))
          .hasMessageStartingWith("loading a ConvNeXt of ");
      assertThatThrownBy(() -> ConvNextTeacher.loadBackbone(teacher, Device.cpu()))
          .hasMessageStartingWith("loading a ConvNeXt of ");
    }
  }
}
