// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.testkit.PeakMemory;

/** What training steps need, each in a process of its own. */
class StepMemoryTest {
  @TempDir private Path folder;

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void should_be_near_the_estimate(StepMemoryCase one) throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    long peak = PeakMemory.measure(folder, StepMemoryCase.class, one.name());
    assertThat(one.estimate().total())
        .as(one + ": " + one.estimate() + ", measured " + peak + " bytes")
        .isCloseTo(peak, withinPercentage(15));
  }

  /** Peaks of resident memory that the test above measured on Linux x86-64. */
  @ParameterizedTest
  @CsvSource({
    "BACKBONE_BFLOAT16_32, 3637526528",
    "LOW_LEVEL_4, 4066750464",
    "PAINTER_256, 3021737984",
    "AUTOENCODER_128, 2267635712"
  })
  void should_be_near_the_measured_peaks(StepMemoryCase one, long peak) {
    assertThat(one.estimate().total()).isCloseTo(peak, withinPercentage(12));
  }
}
