// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.testkit.PeakMemory;

/** The published painter at 512 x 512 pixels, each in a process of its own. */
@Tag("full-size")
class DecodingPeakMemoryTest {
  private static final long TWELVE_GIB = 12L << 30;

  @TempDir private Path folder;

  static Stream<Arguments> inEveryFormat() {
    return Stream.of(DecodingMemoryCase.values())
        .flatMap(
            one ->
                Stream.of(Precision.FLOAT32, Precision.BFLOAT16)
                    .map(precision -> Arguments.of(one, precision)));
  }

  @ParameterizedTest
  @MethodSource("inEveryFormat")
  void should_be_near_the_estimate_and_below_twelve_gibibytes(
      DecodingMemoryCase one, Precision precision) throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    long peak = PeakMemory.measure(folder, DecodingMemoryCase.class, one.name(), precision.name());
    assertThat(peak).isLessThan(TWELVE_GIB);
    assertThat(one.estimate(precision).total())
        .as(
            one
                + " in "
                + precision
                + ": "
                + one.estimate(precision)
                + ", measured "
                + peak
                + " bytes")
        .isCloseTo(peak, withinPercentage(20)); // what is freed is kept, now more, now less
  }
}
