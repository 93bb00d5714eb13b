// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;

class ProcessMemoryTest {
  @Test
  void should_read_the_peak_of_a_status() {
    assertThat(ProcessMemory.peak("VmPeak:\t  99 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"))
        .hasValue(2 << 20);
    assertThat(ProcessMemory.peak("VmRSS:\t 1 kB\n")).isEmpty();
  }

  @Test
  void should_refuse_a_report_without_what_it_must_tell() {
    ChildReport report = ChildReport.parse(1, "peak=5\nnothing\n");

    assertThat(report.peak()).hasValue(5);
    assertThatThrownBy(() -> report.text("digest"))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("the process did not say its digest, only [peak]");
  }
}
