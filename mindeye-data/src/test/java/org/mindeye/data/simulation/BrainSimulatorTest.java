// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.simulation.BrainSimulator.Responses;
import org.mindeye.data.simulation.BrainSimulatorConfig.Sessions;
import org.mindeye.data.simulation.BrainSimulatorConfig.SignalToNoise;
import org.mindeye.testkit.LeakCheck;

class BrainSimulatorTest {
  private static final ClipSpace SPACE = new ClipSpace(3, 8);
  private static final int SIDE = 16;

  /** 20 voxels, half of them semantic. */
  private static BrainSimulatorConfig config(int trialsPerSession, double drift) {
    return new BrainSimulatorConfig(
        20, 0.5, 0.5, new SignalToNoise(0.43, 0.5), new Sessions(3, trialsPerSession, drift));
  }

  private static BrainSimulator brain(BrainSimulatorConfig config, long seed) {
    return new BrainSimulator(config, SPACE, seed);
  }

  private static float[][] pictures(int count) {
    float[][] pictures = new float[count][3 * SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      NoiseSource.seeded(100, i).uniform(pictures[i]);
    }
    return pictures;
  }

  private static float[][] tokens(int count) {
    float[][] tokens = new float[count][SPACE.size()];
    for (int i = 0; i < count; i++) {
      NoiseSource.seeded(200, i).normal(tokens[i]);
    }
    return tokens;
  }

  private static Responses show(BrainSimulatorConfig config, long seed, int count) {
    return brain(config, seed).show(pictures(count), SIDE, tokens(count));
  }

  private static float[][] signal(BrainSimulatorConfig config, long seed, int count) {
    return brain(config, seed).signal(pictures(count), SIDE, tokens(count));
  }

  /** Responses in the order in which they were measured: {@code [trial][voxel]}. */
  private static float[][] byTime(Responses responses) {
    float[][] ordered = new float[responses.trials().length * responses.trials()[0].length][];
    for (int i = 0; i < responses.trials().length; i++) {
      for (int r = 0; r < responses.trials()[i].length; r++) {
        ordered[(int) responses.trials()[i][r]] = responses.voxels()[i][r];
      }
    }
    return ordered;
  }

  private static void assertStandardised(float[][] rows, int from, int to) {
    for (int v = 0; v < rows[from].length; v++) {
      double sum = 0;
      double squares = 0;
      for (int i = from; i < to; i++) {
        sum += rows[i][v];
        squares += (double) rows[i][v] * rows[i][v];
      }
      double mean = sum / (to - from);
      assertThat(mean).as("mean of voxel %d", v).isCloseTo(0, within(1e-5));
      assertThat(squares / (to - from) - mean * mean).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void should_repeat_itself_bit_by_bit() {
    Responses once = show(config(40, 0.5), 1, 30);
    Responses again = show(config(40, 0.5), 1, 30);

    assertThat(again.voxels()).isDeepEqualTo(once.voxels());
    assertThat(again.trials()).isDeepEqualTo(once.trials());
    assertThat(signal(config(40, 0.5), 1, 30)).isDeepEqualTo(signal(config(40, 0.5), 1, 30));
  }

  @Test
  void should_be_another_brain_with_another_seed() {
    Responses one = show(config(40, 0.5), 1, 30);
    Responses other = show(config(40, 0.5), 2, 30);

    assertThat(Arrays.deepEquals(one.voxels(), other.voxels())).isFalse();
    assertThat(Arrays.deepEquals(one.trials(), other.trials())).isFalse();
    assertThat(Arrays.deepEquals(signal(config(40, 0), 1, 30), signal(config(40, 0), 2, 30)))
        .isFalse();
  }

  @Test
  void should_show_every_picture_as_often_as_configured() {
    Responses responses = show(config(40, 0.5), 1, 30);

    assertThat(responses.voxels()).hasDimensions(30, 3);
    assertThat(responses.voxels()[29][2]).hasSize(20);
    long[] trials = Arrays.stream(responses.trials()).flatMapToLong(Arrays::stream).toArray();
    assertThat(Arrays.stream(trials).sorted().toArray())
        .isEqualTo(IntStream.range(0, 90).asLongStream().toArray());
    assertThat(trials).isNotEqualTo(IntStream.range(0, 90).asLongStream().toArray());
  }

  @Test
  void should_standardise_every_session_by_itself() {
    float[][] trials = byTime(show(config(40, 3), 1, 30));

    assertStandardised(trials, 0, 40);
    assertStandardised(trials, 40, 80);
    assertStandardised(trials, 80, 90);
  }

  /** Against itself, a single trial would be all zeros. */
  @Test
  void should_not_make_a_session_of_a_single_trial() {
    float[][] trials = byTime(show(config(30, 0.5), 1, 7));
    assertStandardised(trials, 0, 21);

    float[][] left = byTime(show(config(10, 0.5), 1, 7));
    assertStandardised(left, 0, 10);
    assertStandardised(left, 10, 21);
    assertThat(left[20]).doesNotContain(0f);
  }

  @Test
  void should_give_every_voxel_a_standardised_signal() {
    float[][] signal = signal(config(40, 0.5), 1, 50);

    assertThat(signal).hasDimensions(50, 20);
    assertStandardised(signal, 0, 50);
  }

  @Test
  void should_depend_on_the_pictures_in_one_half_and_on_the_tokens_in_the_other() {
    BrainSimulator brain = brain(config(40, 0.5), 1);
    float[][] before = brain.signal(pictures(12), SIDE, tokens(12));
    float[][] otherTokens = Arrays.copyOfRange(tokens(24), 12, 24);
    float[][] after = brain.signal(pictures(12), SIDE, otherTokens);

    for (int i = 0; i < 12; i++) {
      assertThat(Arrays.copyOf(after[i], 10)).isEqualTo(Arrays.copyOf(before[i], 10));
      assertThat(Arrays.copyOfRange(after[i], 10, 20))
          .isNotEqualTo(Arrays.copyOfRange(before[i], 10, 20));
    }
  }

  @Test
  void should_equal_a_plain_version() {
    for (double exponent : new double[] {0.5, 0.3, 1}) {
      for (double share : new double[] {0, 0.35, 1}) {
        BrainSimulatorConfig config =
            new BrainSimulatorConfig(
                20, share, exponent, new SignalToNoise(0.43, 0.5), new Sessions(3, 40, 0.5));
        float[][] signal = signal(config, 9, 15);
        double[][] plain = PlainSignal.of(config, SPACE, 9, pictures(15), SIDE, tokens(15));
        for (int i = 0; i < plain.length; i++) {
          for (int v = 0; v < plain[i].length; v++) {
            assertThat((double) signal[i][v])
                .as("exponent %s, share %s, picture %d, voxel %d", exponent, share, i, v)
                .isCloseTo(plain[i][v], within(5e-3));
          }
        }
      }
    }
  }

  @Test
  void should_have_the_signal_to_noise_ratio_that_was_assumed() {
    BrainSimulatorConfig exact =
        new BrainSimulatorConfig(
            101, 0.5, 0.5, new SignalToNoise(0.43, 0), new Sessions(3, 100_000, 0));
    double[] ratios = ratios(show(exact, 3, 600));
    assertThat(ratios[50]).as("median").isBetween(0.40, 0.46);
    assertThat(ratios[5]).as("lowest").isGreaterThan(0.33);
    assertThat(ratios[95]).as("highest").isLessThan(0.53);

    BrainSimulatorConfig spread =
        new BrainSimulatorConfig(
            301, 0.5, 0.5, new SignalToNoise(0.43, 0.5), new Sessions(3, 100_000, 0));
    double[] wide = ratios(show(spread, 3, 600));
    assertThat(wide[150]).as("median").isBetween(0.37, 0.49);
    assertThat(Math.log(wide[225] / wide[75]) / (2 * 0.6745)).as("spread").isBetween(0.4, 0.6);
  }

  @Test
  void should_lose_signal_to_drift_within_a_session() {
    BrainSimulatorConfig still =
        new BrainSimulatorConfig(
            101, 0.5, 0.5, new SignalToNoise(1, 0), new Sessions(3, 100_000, 0));
    BrainSimulatorConfig moving =
        new BrainSimulatorConfig(
            101, 0.5, 0.5, new SignalToNoise(1, 0), new Sessions(3, 100_000, 5));

    double without = ratios(show(still, 3, 100))[50];
    double with = ratios(show(moving, 3, 100))[50];

    assertThat(with).isLessThan(0.8 * without);
  }

  /** The offset of a session goes away with the session's mean. */
  @Test
  void should_see_drift_as_a_trend_and_not_as_an_offset() {
    BrainSimulatorConfig moving =
        new BrainSimulatorConfig(40, 0.5, 0.5, new SignalToNoise(1e-3, 0), new Sessions(3, 90, 50));
    float[][] trials = byTime(show(moving, 3, 60));
    int trends = 0;
    for (int session = 0; session < 2; session++) {
      for (int v = 0; v < 40; v++) {
        double covariance = 0;
        for (int i = 0; i < 90; i++) {
          covariance += trials[90 * session + i][v] * (i - 44.5);
        }
        double correlation = covariance / (90 * Math.sqrt((90 * 90 - 1) / 12.0));
        trends += Math.abs(correlation) > 0.9 ? 1 : 0;
      }
    }
    assertThat(trends).isGreaterThan(60);
  }

  /** Ratio of signal to noise deviation of every voxel from its repeats, sorted. */
  private static double[] ratios(Responses responses) {
    float[][][] x = responses.voxels();
    double[] ratios = new double[x[0][0].length];
    for (int v = 0; v < ratios.length; v++) {
      double noise = 0;
      for (float[][] picture : x) {
        double mean = (picture[0][v] + picture[1][v] + picture[2][v]) / 3.0;
        for (float[] repeat : picture) {
          noise += (repeat[v] - mean) * (repeat[v] - mean) / (2.0 * x.length);
        }
      }
      ratios[v] = Math.sqrt(Math.max(0, 1 - noise) / noise);
    }
    Arrays.sort(ratios);
    return ratios;
  }

  @Test
  void should_answer_nothing_to_pictures_that_are_all_alike() {
    float[][] same = new float[6][];
    float[][] sameTokens = new float[6][];
    Arrays.fill(same, pictures(1)[0]);
    Arrays.fill(sameTokens, tokens(1)[0]);

    float[][] signal = brain(config(40, 0.5), 1).signal(same, SIDE, sameTokens);

    assertThat(signal).isDeepEqualTo(new float[6][20]);
  }

  @Test
  void should_leave_its_inputs_alone() {
    float[][] pictures = pictures(5);
    float[][] tokens = tokens(5);

    brain(config(40, 0.5), 1).show(pictures, SIDE, tokens);

    assertThat(pictures).isDeepEqualTo(pictures(5));
    assertThat(tokens).isDeepEqualTo(tokens(5));
  }

  private static void assertRefused(
      String message, float[][] pictures, int side, float[][] tokens) {
    BrainSimulator brain = brain(config(40, 0.5), 1);
    assertThatThrownBy(() -> brain.show(pictures, side, tokens))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> brain.signal(pictures, side, tokens))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(message);
  }

  @Test
  void should_name_the_input_that_does_not_fit() {
    assertRefused(
        "pictures: expected a side that is a multiple of 16 but was 24",
        pictures(2),
        24,
        tokens(2));
    assertRefused(
        "pictures: expected a side that is a multiple of 16 but was 0", pictures(2), 0, tokens(2));
    assertRefused(
        "expected at least 2 pictures and as many token rows but found 1 and 1",
        pictures(1),
        SIDE,
        tokens(1));
    assertRefused(
        "expected at least 2 pictures and as many token rows but found 3 and 2",
        pictures(3),
        SIDE,
        tokens(2));
    assertRefused("picture 0: expected 3072 numbers but found 768", pictures(2), 32, tokens(2));
    assertRefused(
        "tokens of picture 1: expected 24 numbers but found 23",
        pictures(2),
        SIDE,
        new float[][] {tokens(1)[0], new float[23]});
  }

  @Test
  void should_leave_no_native_memory_behind() {
    BrainSimulator brain = brain(config(40, 0.5), 1);
    float[][] pictures = pictures(4);
    float[][] tokens = tokens(4);

    LeakCheck.assertNoLeak(() -> brain.show(pictures, SIDE, tokens));
    LeakCheck.assertNoLeak(() -> brain.signal(pictures, SIDE, tokens));
  }

  @Test
  void should_name_pictures_and_tokens_that_are_not_finite() {
    BrainSimulator brain =
        new BrainSimulator(BrainSimulatorConfig.standard(4), new ClipSpace(2, 3), 1);
    float[][] pictures = new float[2][3 * 16 * 16];
    float[][] tokens = new float[2][6];
    tokens[1][4] = Float.NaN;
    assertThatThrownBy(() -> brain.show(pictures, 16, tokens))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith("tokens: ");
    tokens[1][4] = 0;
    pictures[0][7] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> brain.signal(pictures, 16, tokens))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith("pictures: ");
  }

  @Test
  void should_refuse_a_brain_that_fits_no_array() {
    BrainSimulatorConfig large = BrainSimulatorConfig.standard(40_000);
    assertThatThrownBy(() -> new BrainSimulator(large, ClipSpace.VIT_L_14_HIDDEN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("brain: 20000 semantic voxels times 257x768")
        .hasMessageEndingWith("do not fit one array; use fewer, or smaller pictures and tokens");
    BrainSimulatorConfig often =
        new BrainSimulatorConfig(
            4, 0.5, 0.5, new SignalToNoise(0.43, 0.5), new Sessions(Integer.MAX_VALUE, 750, 0.5));
    BrainSimulator patient = new BrainSimulator(often, new ClipSpace(2, 3), 1);
    assertThatThrownBy(() -> patient.show(new float[2][768], 16, new float[2][6]))
        .hasMessage(
            "brain: 2 pictures times 2147483647 repeats do not fit one array; use fewer, or smaller"
                + " pictures and tokens");
  }

  @Test
  void should_be_a_source_of_trials() {
    Responses shown = show(BrainSimulatorConfig.standard(12), 5, 4);
    List<EncodedImage> images =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    EncodedImage.png(
                        SampleOrigin.memory("scene " + i), TestTrials.pixels(i, SIDE, SIDE)))
            .toList();
    try (TrialSource source = shown.source(Split.VALIDATION, images, 1, 3)) {
      assertThat(source.split()).isEqualTo(Split.VALIDATION);
      assertThat(source.count()).hasValue(2);
      assertThat(source.voxelCount()).isEqualTo(shown.signal()[0].length);
      Trial last = source.readAll().get(1);
      assertThat(last.cocoId()).isEqualTo(2);
      assertThat(last.key()).isEqualTo("scene 2");
      assertThat(last.voxels(1)).isEqualTo(shown.voxels()[2][1]);
      assertThat(last.trialIds()).isEqualTo(shown.trials()[2]);
      assertThat(last.image()).isSameAs(images.get(2));
    }
    assertThatThrownBy(() -> shown.source(Split.TEST, images.subList(0, 3), 0, 3))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("images: expected the 4 that were shown but was 3");
  }
}
