// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipSpace;

class RidgeBaselineTest {
  @Test
  void should_know_what_does_not_fit_before_anything_is_read() {
    assertThat(RidgeBaseline.whyNot(3000, 900, 1500, new ClipSpace(17, 32), true)).isEmpty();
    assertThat(
            RidgeBaseline.whyNot(8_000_000, 982, 15_724, ClipSpace.VIT_L_14_HIDDEN, true)
                .orElseThrow())
        .startsWith("ridge regression, because responses and targets of 8000982 pictures take ")
        .contains("GiB of heap (a larger one: MINDEYE_JAVA_OPTS=-Xmx");
    assertThat(
            RidgeBaseline.whyNot(8_000_000, 982, 15_724, ClipSpace.VIT_L_14_HIDDEN, false)
                .orElseThrow())
        .startsWith(
            "ridge regression, because responses of 8000982 pictures take 1406.0 GiB of heap");
  }
}
