// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelScores;

class LowLevelSectionTest {
  @Test
  void should_claim_no_more_than_the_interval_allows() {
    assertThat(LowLevelSection.sentence("SSIM", new Estimate(0.03, 0.01)))
        .isEqualTo("By SSIM the network is ahead of ridge regression (+0.030 ± 0.010).");
    assertThat(LowLevelSection.sentence("SSIM", new Estimate(-0.03, 0.01)))
        .isEqualTo("By SSIM ridge regression is ahead of the network (-0.030 ± 0.010).");
    assertThat(LowLevelSection.sentence("SSIM", new Estimate(0.009, 0.01)))
        .contains("do not differ by more than chance");
    assertThat(LowLevelSection.sentence("SSIM", new Estimate(-0.009, 0.01)))
        .contains("do not differ by more than chance");
  }

  @Test
  void should_compare_the_same_pictures() {
    LowLevelPictures pictures =
        new LowLevelPictures(
            64,
            Map.of(
                Painter.NETWORK, List.of(new PixelScores(0.9, 0.5), new PixelScores(0.1, 0.3)),
                Painter.RIDGE, List.of(new PixelScores(0.8, 0.6), new PixelScores(0.0, 0.4))),
            1,
            List.of());

    Estimate lead = pictures.lead(PixelScores::pixCorr);
    assertThat(lead.mean()).isCloseTo(0.1, within(1e-12));
    assertThat(lead.halfWidth()).isCloseTo(0, within(1e-12));
    assertThat(pictures.lead(PixelScores::ssim).mean()).isNegative();
    assertThat(pictures.pixCorr(Painter.NETWORK)).isEqualTo(Estimate.of(0.9, 0.1));
    assertThat(pictures.ssim(Painter.RIDGE)).isEqualTo(Estimate.of(0.6, 0.4));
  }
}
