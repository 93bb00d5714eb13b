// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.testkit.HeadlessBrowser;
import org.mindeye.testkit.PageLayout;

/** In a browser, where there is one. */
class ReportLayoutTest {
  // The browser may still write into its profile when it has answered.
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void should_cut_nothing_on_a_phone_and_on_a_desk() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    Path page = folder.resolve("report.html");
    SampleReport.full().write(page);

    assertThat(PageLayout.measure(browser.get(), page, folder, 390, 700, 1280))
        .hasSize(3)
        .allSatisfy(
            layout -> {
              assertThat(layout.pageWidth()).isLessThanOrEqualTo(layout.width());
              assertThat(layout.stickingOut()).isEmpty();
              assertThat(layout.smallestText()).isGreaterThanOrEqualTo(11);
            });
  }
}
