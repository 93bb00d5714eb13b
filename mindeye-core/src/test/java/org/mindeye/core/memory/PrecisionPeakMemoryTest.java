// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.testkit.PeakMemory;

/** The published networks in each format, each in a process of its own. */
@Tag("slow")
class PrecisionPeakMemoryTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(PrecisionMemoryCase.class)
  void should_be_near_the_estimate(PrecisionMemoryCase one) throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    Path file = folder.resolve("weights.safetensors");
    one.write(file);
    long peak = PeakMemory.measure(folder, PrecisionMemoryCase.class, one.name(), file.toString());
    assertThat(one.estimate().total())
        .as(one + ": " + one.estimate() + ", measured " + peak + " bytes")
        .isCloseTo(peak, withinPercentage(15));
  }
}
