// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.testkit.PeakMemory;

/** A layer's float32 numbers are never there all at once where it keeps fewer bits. */
class ConversionMemoryTest {
  /** Windows, garbage, and what the C library keeps; in float32 the layer alone takes 384 MiB. */
  private static final long BESIDE = 192L << 20;

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    ConversionMemoryCase.write(folder);
  }

  @ParameterizedTest
  @CsvSource({"DRAWN, BFLOAT16", "DRAWN, INT8_WEIGHTS", "LOADED, BFLOAT16", "LOADED, INT8_WEIGHTS"})
  void should_convert_window_by_window(ConversionMemoryCase how, Precision precision)
      throws Exception {
    long stored = ConversionMemoryCase.stored(precision);
    long risen =
        PeakMemory.measure(
            folder, ConversionMemoryCase.class, how.name(), precision.name(), folder.toString());
    assertThat(risen).isBetween(stored / 2, stored + BESIDE);
  }
}
