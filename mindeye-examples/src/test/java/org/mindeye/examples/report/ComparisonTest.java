package org.mindeye.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PoolOptions;
import org.mindeye.evaluation.PoolProtocol;
import org.mindeye.evaluation.PoolScores;
import org.mindeye.examples.quickstart.PriorEffect.Closeness;
import org.mindeye.examples.quickstart.QuickstartResult.Verdict;

class VerdictAndSummaryTest {
  private static final PoolOptions POOLS = new PoolOptions(300, 30, PoolProtocol.RANDOM);

  private final Locale locale = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(locale);
  }

  private static MethodScores scores(String name, double brain, double image) {
    return new MethodScores(
        name, null, new PoolScores(POOLS, new Estimate(brain, 0.01), new Estimate(image, 0.01)));
  }

  private static QuickstartResult result(double brain, double image) {
    return new QuickstartResult(
        QuickstartConfig.standard(Path.of("out"), 1, 60),
        null,
        null,
        1,
        List.of(),
        scores("MindEye", brain, image),
        scores("Ridge regression", 0.5, 0.6),
        scores("Noise ceiling", 1, 1),
        null,
        null,
        new PriorEffect(
            new Closeness(0.0123, 20),
            new Closeness(0.5, 3),
            new Closeness(0.8449, 0.5),
            new Closeness(0.9, 0.3),
            new Closeness(0.6, 1)),
        List.of(),
        1);
  }

  @Test
  void should_win_only_beyond_both_intervals_in_both_directions() {
    assertThat(result(0.53, 0.63).verdict()).isEqualTo(Verdict.WINS);
    assertThat(result(0.53, 0.615).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result(0.515, 0.63).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result(0.5, 0.6).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void should_lose_when_it_is_behind_in_one_direction() {
    assertThat(result(0.499, 0.9).verdict()).isEqualTo(Verdict.LOSES);
    assertThat(result(0.9, 0.599).verdict()).isEqualTo(Verdict.LOSES);
    assertThat(result(0.1, 0.1).verdict()).isEqualTo(Verdict.LOSES);
  }

  @Test
  void should_print_a_table_in_any_locale() {
    Locale.setDefault(Locale.GERMANY);

    assertThat(Summary.of(result(0.534, 0.6349)).lines())
        .containsExactly(
            "top-1 among 300 test images, mean of 30 pools with its 95 % interval",
            "                   brain to image     image to brain",
            "MindEye            53.4 % ± 1.0       63.5 % ± 1.0",
            "Ridge regression   50.0 % ± 1.0       60.0 % ± 1.0",
            "Noise ceiling      100.0 % ± 1.0      100.0 % ± 1.0",
            "Chance             0.3 %              0.3 %",
            "cosine of tokens and the seen image's: 0.012 before the prior, 0.845 after it (mean of"
                + " 4 samples: 0.900)");
  }
}
