// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AugmentationConfigTest {
  private static final AugmentationConfig PAPER = AugmentationConfig.paper();

  @Test
  void should_be_as_published() {
    assertThat(PAPER)
        .isEqualTo(
            new AugmentationConfig(
                224,
                new CropConfig(0.3, 0.6, 1, 0.75, 4 / 3.0),
                0.5,
                new JitterConfig(0.3, 0.4, 0.4, 0.2, 0.1),
                0.3));
  }

  @Test
  void should_change_one_number_at_a_time() {
    CropConfig crop = PAPER.crop().withProbability(1);
    JitterConfig jitter = PAPER.jitter().withProbability(1);
    assertThat(crop).isEqualTo(new CropConfig(1, 0.6, 1, 0.75, 4 / 3.0));
    assertThat(jitter).isEqualTo(new JitterConfig(1, 0.4, 0.4, 0.2, 0.1));
    assertThat(
            PAPER
                .withSize(8)
                .withCrop(crop)
                .withFlipProbability(0.25)
                .withJitter(jitter)
                .withGrayscaleProbability(0.75))
        .isEqualTo(new AugmentationConfig(8, crop, 0.25, jitter, 0.75));
  }

  @Test
  void should_refuse_numbers_out_of_range() {
    refused(() -> PAPER.withSize(0), "size: expected a number from 1 to 8192 but was 0");
    refused(
        () -> PAPER.withFlipProbability(1.5),
        "flipProbability: expected a number from 0.0 to 1.0 but was 1.5");
    refused(
        () -> PAPER.withGrayscaleProbability(Double.NaN),
        "grayscaleProbability: expected a number from 0.0 to 1.0 but was NaN");
    refused(
        () -> PAPER.crop().withProbability(-1),
        "crop.probability: expected a number from 0.0 to 1.0 but was -1.0");
    refused(
        () -> new CropConfig(1, 0.7, 0.6, 1, 1),
        "crop.minArea: expected a number from 0.001 to 0.6 but was 0.7");
    refused(
        () -> new CropConfig(1, 0.7, 1.5, 1, 1),
        "crop.maxArea: expected a number from 0.001 to 1.0 but was 1.5");
    refused(
        () -> new CropConfig(1, 0.7, 1, 0, 1),
        "crop.minAspect: expected a number from 0.001 to 1.0 but was 0.0");
    refused(
        () -> new CropConfig(1, 0.7, 1, 1, 1e6),
        "crop.maxAspect: expected a number from 0.001 to 1000.0 but was 1000000.0");
    refused(
        () -> PAPER.jitter().withProbability(2),
        "jitter.probability: expected a number from 0.0 to 1.0 but was 2.0");
    refused(
        () -> new JitterConfig(1, 2, 0, 0, 0),
        "jitter.brightness: expected a number from 0.0 to 1.0 but was 2.0");
    refused(
        () -> new JitterConfig(1, 0, 2, 0, 0),
        "jitter.contrast: expected a number from 0.0 to 1.0 but was 2.0");
    refused(
        () -> new JitterConfig(1, 0, 0, 2, 0),
        "jitter.saturation: expected a number from 0.0 to 1.0 but was 2.0");
    refused(
        () -> new JitterConfig(1, 0, 0, 0, 0.6),
        "jitter.hue: expected a number from 0.0 to 0.5 but was 0.6");
  }

  private static void refused(Runnable work, String message) {
    assertThatThrownBy(work::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
