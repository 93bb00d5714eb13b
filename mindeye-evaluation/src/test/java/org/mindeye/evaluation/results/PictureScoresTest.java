// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.results.PictureScores.Pick;
import org.mindeye.evaluation.results.PictureScores.Place;

class PictureScoresTest {
  private static PictureScores pictures(int count) {
    return PictureScores.of(IntStream.range(0, count).mapToObj(i -> "picture " + i).toList());
  }

  @Test
  void should_rank_the_best_first_whichever_way_is_better() {
    PictureScores scores =
        pictures(4)
            .with(Metric.SSIM, 0.2, 0.9, Double.NaN, 0.2)
            .with(Metric.SWAV, 0.2, 0.9, 0.1, 0.2);
    assertThat(scores.ranked(Metric.SSIM)).containsExactly(1, 0, 3);
    assertThat(scores.ranked(Metric.SWAV)).containsExactly(2, 0, 3, 1);
  }

  @Test
  void should_pick_the_best_the_median_and_the_worst() {
    PictureScores scores = pictures(9).with(Metric.SSIM, 4, 1, 8, 0, 3, 7, 2, 6, 5);
    assertThat(scores.picks(Metric.SSIM, 1))
        .containsExactly(
            new Pick(Place.BEST, 2), new Pick(Place.MEDIAN, 0), new Pick(Place.WORST, 3));
    assertThat(scores.picks(Metric.SSIM, 2))
        .extracting(Pick::picture)
        .containsExactly(2, 5, 8, 0, 1, 3);
    assertThat(scores.picks(Metric.SSIM, 100)).hasSize(9).doesNotHaveDuplicates();
    assertThat(pictures(2).with(Metric.SSIM, 1, 2).picks(Metric.SSIM, 3)).isEmpty();
  }

  @Test
  void should_be_a_table_that_sorts_by_numbers_not_texts() {
    String html =
        HtmlReport.titled("t")
            .table(pictures(2).with(Metric.SSIM, 0.25, Double.NaN).toTable("All"))
            .toHtml();
    assertThat(html)
        .contains("<table class=\"sortable\">", ">SSIM ↑</th>")
        .contains("<th scope=\"row\" data-order=\"1.0\">picture 1</th>")
        .contains("<td class=\"number\" data-order=\"0.25\">0.250</td>")
        .contains("<td class=\"number\">–</td>");
  }

  @Test
  void should_copy_what_comes_in_and_goes_out() {
    double[] values = {1, 2};
    PictureScores scores = pictures(2).with(Metric.SSIM, values);
    values[0] = 5;
    scores.values(Metric.SSIM)[1] = 5;
    assertThat(scores.values(Metric.SSIM)).containsExactly(1, 2);
    PictureScores more = scores.with(Metric.SWAV, 3, 4);
    assertThat(scores.metrics()).containsExactly(Metric.SSIM);
    assertThat(more.metrics()).containsExactly(Metric.SSIM, Metric.SWAV);
    assertThat(more).hasToString("PictureScores[2 pictures, [ssim, swav]]");
  }

  @Test
  void should_refuse_what_does_not_fit() {
    assertThatThrownBy(() -> PictureScores.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("names: expected at least one picture");
    PictureScores scores = pictures(2);
    assertThatThrownBy(() -> scores.with(Metric.SSIM, 1))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("ssim: expected one score for each of 2 pictures but there are 1");
    assertThatThrownBy(() -> scores.with(Metric.SWAV, 1, 2).ranked(Metric.SSIM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ssim: the pictures have no such score, only [swav]");
    assertThatThrownBy(() -> scores.with(Metric.SSIM, 1, 2).picks(Metric.SSIM, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each: expected at least 1 but was 0");
  }

  @Test
  void should_write_every_picture_in_a_line() {
    PictureScores each =
        PictureScores.of(List.of("7", "a,b"))
            .with(Metric.PIX_CORR, 0.25, Double.NaN)
            .with(Metric.SWAV, 0.5, 1);

    assertThat(each.toCsv()).isEqualTo("picture,pixcorr,swav\n7,0.25,0.5\n\"a,b\",,1.0\n");
  }
}
