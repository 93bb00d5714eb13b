// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.training.TrainingConfig;

class UnlikePublishedTest {
  private static String rows(TrainingConfig config) {
    return HtmlReport.titled("x").table(UnlikePublished.of(config)).toHtml();
  }

  @Test
  void should_list_what_differs_and_nothing_else() {
    TrainingConfig changed = TrainingConfig.paper().withEpochs(50).withMaxLearningRate(0.001);
    assertThat(rows(changed))
        .contains("Epochs", "50", "240", "Peak of the learning rate", "0.001", "3.0E-4")
        .doesNotContain("Batch size", "Temperature", "Weight of the prior");
  }
}
