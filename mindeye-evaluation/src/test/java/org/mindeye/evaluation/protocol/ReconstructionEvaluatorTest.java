// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.document.LibraryVersion;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.CorrelationDistance;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Ssim;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.TwoWayIdentification.Distractors;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.Shuffle;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ReconstructionEvaluatorTest {
  private static final StatisticsConfig STATISTICS = new StatisticsConfig(0.9, 500, 300, 4, 3);

  private static final EvaluationProtocol PROTOCOL =
      EvaluationProtocol.mindEye1()
          .named("small", 1)
          .withSplit(new TestSplit("test", 10, 3))
          .withImages(new ImageSteps(List.of(16), List.of(20), Antialias.OFF, Optional.empty()))
          .withFeatures(
              List.of(
                  new FeatureScore("pixels", Kind.TWO_WAY),
                  new FeatureScore("rows", Kind.CORRELATION_DISTANCE),
                  new FeatureScore("none", Kind.TWO_WAY)));

  @FreshManager private NDManager manager;

  private static NDArray pixels(ImageBatch images, NDManager owner) {
    return images.array().duplicate();
  }

  private static NDArray rows(ImageBatch images, NDManager owner) {
    return images.array().mean(new int[] {3});
  }

  private static ReconstructionEvaluator evaluator(EvaluationProtocol protocol) {
    return ReconstructionEvaluator.of(protocol)
        .with("pixels", "pixels.pth", ReconstructionEvaluatorTest::pixels)
        .with("rows", "rows.pth", ReconstructionEvaluatorTest::rows)
        .withStatistics(STATISTICS);
  }

  private static EvaluationResult evaluate(PairSource source) {
    try {
      return evaluator(PROTOCOL).evaluate(source, Device.cpu());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageBatch[] all(Scenes scenes) {
    NDList seen = new NDList();
    NDList painted = new NDList();
    for (int i = 0; i < scenes.size(); i++) {
      ImagePair pair = scenes.pair(i, manager);
      seen.add(pair.original().array());
      painted.add(pair.reconstruction().array());
    }
    return new ImageBatch[] {
      ImageBatch.of(NDArrays.concat(seen)), ImageBatch.of(NDArrays.concat(painted))
    };
  }

  private static double[] each(EvaluationResult result, String metric) {
    return result.score(metric).orElseThrow().each().stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  @Test
  void should_give_what_the_metrics_give_of_all_images_at_once() {
    Scenes scenes = new Scenes(10, 24, 0.5f);
    EvaluationResult result = evaluate(scenes);
    ImageBatch[] all = all(scenes);

    PixelGrid grid = new PixelGrid(List.of(16, 20), Antialias.OFF);
    assertThat(each(result, "PixCorr"))
        .containsExactly(PixCorr.on(grid).each(all[0], all[1]), within(1e-7));
    assertThat(each(result, "SSIM"))
        .containsExactly(Ssim.on(grid, Ssim.Variant.PICTURE).each(all[0], all[1]), within(1e-7));
    PixelGrid first = new PixelGrid(List.of(16), Antialias.OFF);
    ImageBatch seen = first.resize(all[0], manager);
    ImageBatch painted = first.resize(all[1], manager);
    assertThat(each(result, "pixels"))
        .containsExactly(TwoWayIdentification.paper().score(seen.array(), painted.array()).each());
    assertThat(each(result, "rows"))
        .containsExactly(
            CorrelationDistance.each(rows(seen, manager), rows(painted, manager)), within(1e-7));
  }

  @Test
  void should_say_what_the_scores_were_made_of() {
    EvaluationResult result = evaluate(new Scenes(10, 24, 0.5f));

    assertThat(result.protocol()).isEqualTo(PROTOCOL);
    assertThat(result.library()).isEqualTo(LibraryVersion.current());
    assertThat(result.statistics()).isEqualTo(STATISTICS);
    assertThat(result.inputs().count()).isEqualTo(10);
    assertThat(result.inputs().ids()).startsWith("scene-0", "scene-1").hasSize(10);
    assertThat(result.inputs().sha256()).matches("[0-9a-f]{64}");
    assertThat(result.weights())
        .containsOnly(entry("pixels", "pixels.pth"), entry("rows", "rows.pth"));
    assertThat(result.scores())
        .extracting(MetricScore::metric)
        .containsExactly("PixCorr", "SSIM", "pixels", "rows");
    assertThat(result.scores())
        .extracting(MetricScore::better)
        .containsExactly(Better.HIGHER, Better.HIGHER, Better.HIGHER, Better.LOWER);
    assertThat(result.missing())
        .containsExactly(new MissingMetric("none", "no network was given for its features"));
    assertThat(result.isWholeSplit()).isTrue();
    for (MetricScore score : result.scores()) {
      double mean = score.each().stream().mapToDouble(x -> x).average().orElseThrow();
      assertThat(score.mean()).isCloseTo(mean, within(1e-12));
      assertThat(score.uncertainty().low()).isLessThanOrEqualTo(mean);
      assertThat(score.uncertainty().high()).isGreaterThanOrEqualTo(mean);
      assertThat(score.uncertainty().level()).isEqualTo(0.9);
      assertThat(score.significance().pValue()).isLessThan(0.05);
      assertThat(score.significance().permutations()).isEqualTo(300);
      assertThat(score.undefined()).isEmpty();
    }
    assertThat(result.score("pixels").orElseThrow().significance().chance()).isEqualTo(0.5);
    assertThat(result.scores())
        .extracting(score -> score.significance().shuffle())
        .containsExactly(
            Shuffle.WITHIN_BLOCKS,
            Shuffle.WITHIN_BLOCKS,
            Shuffle.ALL_IMAGES,
            Shuffle.WITHIN_BLOCKS);
  }

  @Test
  void should_find_nothing_in_unrelated_pictures() {
    EvaluationResult result = evaluate(new Scenes(40, 24, 0));
    assertThat(result.isWholeSplit()).isFalse();
    for (MetricScore score : result.scores()) {
      assertThat(score.significance().pValue()).as(score.metric()).isGreaterThan(0.01);
      assertThat(score.mean())
          .isCloseTo(
              score.significance().chance(), within(5 * score.uncertainty().standardError()));
    }
  }

  @Test
  void should_come_back_from_a_document() {
    EvaluationResult result = evaluate(new Scenes(5, 24, 0.5f));
    String json = DocumentWriter.text(result);
    assertThat(Document.parse("r.json", json).as(EvaluationResult.class)).isEqualTo(result);
    assertThat(json).contains("\"sha256\"", "\"pValue\"", "\"name\" : \"small\"");
  }

  /** The order of images and the size of a block change no score of an image. */
  @ParameterizedTest
  @CsvSource({"2", "3", "5", "7", "16"})
  void should_not_depend_on_the_block(int block) throws IOException {
    StatisticsConfig other = new StatisticsConfig(0.9, 500, 300, block, 3);
    EvaluationResult expected = evaluate(new Scenes(7, 24, 0.5f));
    EvaluationResult result =
        evaluator(PROTOCOL).withStatistics(other).evaluate(new Scenes(7, 24, 0.5f), Device.cpu());
    assertThat(result.inputs()).isEqualTo(expected.inputs());
    for (MetricScore score : expected.scores()) {
      MetricScore same = result.score(score.metric()).orElseThrow();
      assertThat(same.each()).isEqualTo(score.each());
      assertThat(same.uncertainty()).isEqualTo(score.uncertainty());
    }
  }

  @ParameterizedTest
  @EnumSource(Distractors.class)
  void should_compare_by_the_variants_of_the_protocol(Distractors distractors) throws IOException {
    Scenes scenes = new Scenes(6, 24, 0.2f);
    EvaluationProtocol protocol =
        PROTOCOL.withVariants(new MetricVariants(Ssim.Variant.COLUMNS, distractors));
    EvaluationResult result = evaluator(protocol).evaluate(scenes, Device.cpu());
    ImageBatch[] all = all(scenes);
    PixelGrid grid = new PixelGrid(List.of(16, 20), Antialias.OFF);
    PixelGrid first = new PixelGrid(List.of(16), Antialias.OFF);
    assertThat(each(result, "SSIM"))
        .containsExactly(Ssim.on(grid, Ssim.Variant.COLUMNS).each(all[0], all[1]), within(1e-7));
    assertThat(each(result, "pixels"))
        .containsExactly(
            TwoWayIdentification.among(distractors)
                .score(first.resize(all[0], manager).array(), first.resize(all[1], manager).array())
                .each());
  }

  @Test
  void should_know_its_inputs_by_ids_and_pixels() {
    ImageBatch[] all = all(new Scenes(3, 24, 0.5f));
    List<String> ids = List.of("a", "b", "c");
    String sum = evaluate(PairSource.of(ids, all[0], all[1])).inputs().sha256();

    assertThat(evaluate(PairSource.of(ids, all[0], all[1])).inputs().sha256()).isEqualTo(sum);
    assertThat(evaluate(PairSource.of(List.of("a", "b", "d"), all[0], all[1])).inputs().sha256())
        .isNotEqualTo(sum);
    assertThat(evaluate(PairSource.of(ids, all[0], all[0])).inputs().sha256()).isNotEqualTo(sum);
    all[1].array().set(new NDIndex("2, 1, 5, 5"), 0.25f);
    assertThat(evaluate(PairSource.of(ids, all[0], all[1])).inputs().sha256()).isNotEqualTo(sum);
  }

  @Test
  void should_blend_where_the_protocol_says_so() throws IOException {
    Scenes scenes = new Scenes(4, 24, 0.5f);
    ImageBatch[] all = all(scenes);
    EvaluationProtocol blended =
        PROTOCOL.withImages(PROTOCOL.images().withBlend(new Blend(0.75, 0.25)));
    PairSource withBlurry = new Blurred(scenes);

    EvaluationResult result = evaluator(blended).evaluate(withBlurry, Device.cpu());

    PixelGrid first = new PixelGrid(List.of(16), Antialias.OFF);
    NDArray refined = first.resize(all[1], manager).array();
    NDArray gray = refined.zerosLike().add(0.5f);
    ImageBatch mixed = ImageBatch.of(refined.mul(0.75f).add(gray.mul(0.25f)));
    PixelGrid pixels = new PixelGrid(List.of(20), Antialias.OFF);
    double[] expected =
        Ssim.on(pixels, Ssim.Variant.PICTURE).each(first.resize(all[0], manager), mixed);
    assertThat(each(result, "SSIM")).containsExactly(expected, within(1e-6));
    assertThat(result.protocol().images().blend()).contains(new Blend(0.75, 0.25));
    // A protocol that does not blend does not look at it.
    assertThat(evaluate(withBlurry)).isEqualTo(evaluate(scenes));
    assertThat(result.inputs().sha256()).isNotEqualTo(evaluate(scenes).inputs().sha256());
  }

  /** With a gray picture of another size as the blurry one. */
  private record Blurred(Scenes scenes) implements PairSource {
    @Override
    public int size() {
      return scenes.size();
    }

    @Override
    public ImagePair read(int index, NDManager owner) {
      ImagePair pair = scenes.pair(index, owner);
      NDArray gray = pair.original().array().get(":, :, :8, :8").zerosLike().add(0.5f);
      return pair.withBlurry(ImageBatch.of(gray));
    }
  }

  @Test
  void should_clamp_what_was_painted() {
    ImageBatch[] all = all(new Scenes(4, 24, 0.5f));
    List<String> ids = List.of("a", "b", "c", "d");
    NDArray loud = all[1].array().mul(3f).sub(1f);
    assertThat(evaluate(PairSource.of(ids, all[0], ImageBatch.of(loud))).scores())
        .isEqualTo(evaluate(PairSource.of(ids, all[0], ImageBatch.of(loud.clip(0, 1)))).scores());
  }

  @Test
  void should_count_what_is_undefined_as_unrelated_and_say_so() {
    ImageBatch[] all = all(new Scenes(6, 24, 0.9f));
    all[1].array().set(new NDIndex("2"), 0.5f);
    List<String> ids = List.of("a", "b", "c", "d", "e", "f");

    EvaluationResult result = evaluate(PairSource.of(ids, all[0], all[1]));

    for (MetricScore score : result.scores()) {
      assertThat(score.undefined())
          .isEqualTo(score.metric().equals("SSIM") ? List.of() : List.of("c"));
    }
    assertThat(each(result, "PixCorr")[2]).isZero();
    assertThat(each(result, "rows")[2]).isEqualTo(1);
    assertThat(each(result, "pixels")[2]).isZero();
    assertThat(Arrays.stream(each(result, "PixCorr")).filter(x -> x > 0.5)).hasSize(5);
  }

  @Test
  void should_leave_nothing_behind() {
    LeakCheck.assertNoLeak(10, () -> evaluate(new Scenes(5, 16, 0.5f)));
  }
}
