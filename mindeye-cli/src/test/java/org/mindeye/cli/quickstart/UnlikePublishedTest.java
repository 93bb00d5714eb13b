// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.training.ContrastiveConfig;
import org.mindeye.training.TrainingConfig;

class UnlikePublishedTest {
  private static String rows(TrainingConfig config) {
    return HtmlReport.titled("x").table(UnlikePublished.of(config)).toHtml();
  }

  @Test
  void should_list_what_differs_and_nothing_else() {
    TrainingConfig changed = TrainingConfig.paper().withEpochs(50).withMaxLearningRate(0.001);
    assertThat(rows(changed))
        .contains("Epochs", "50", "240", "Peak of the learning rate", "0.001", "0.0003")
        .doesNotContain("Batch size", "Temperature", "Weight of the prior");
  }

  @Test
  void should_give_the_temperatures_one_row_and_one_reason() {
    TrainingConfig changed =
        TrainingConfig.paper()
            .withContrastive(
                ContrastiveConfig.paper().withTemperaturesTimes(QuickstartConfig.TEMPERATURES));
    assertThat(rows(changed))
        .contains("Temperatures of", "0.048; 0.032 to 0.06", "0.006; 0.004 to 0.0075")
        .containsOnlyOnce("<tr><th scope=\"row\"");
  }
}
