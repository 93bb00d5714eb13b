// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class EvaluationRefusalTest {
  private static final StatisticsConfig STATISTICS = new StatisticsConfig(0.9, 20, 20, 4, 3);

  private static final EvaluationProtocol PROTOCOL =
      EvaluationProtocol.mindEye1()
          .named("small", 1)
          .withImages(new ImageSteps(List.of(), List.of(), Antialias.OFF, Optional.empty()))
          .withFeatures(
              List.of(
                  new FeatureScore("pixels", Kind.TWO_WAY),
                  new FeatureScore("rows", Kind.CORRELATION_DISTANCE)));

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private ReconstructionEvaluator evaluator() {
    return ReconstructionEvaluator.of(PROTOCOL)
        .withStatistics(STATISTICS)
        .withSpoolFolder(folder)
        .withMostOnHeap(0)
        .with("pixels", "none", (images, owner) -> images.array().duplicate());
  }

  private ImageBatch noise(long seed, int images, int side) {
    return ImageBatch.of(
        NoiseSource.seeded(seed).uniform(manager, new Shape(images, 3, side, side)));
  }

  private PairSource pairs(ImageBatch originals, ImageBatch reconstructions, String... ids) {
    return PairSource.of(List.of(ids), originals, reconstructions);
  }

  /** Refused, and nothing is left: no tensor, no temporary file. */
  private void refuses(PairSource source, Class<?> type, String message) {
    evaluate(evaluator(), source, type, message);
    LeakCheck.Census before = LeakCheck.census();
    evaluate(evaluator(), source, type, message);
    assertThat(LeakCheck.census()).isEqualTo(before);
    assertThat(folder).isEmptyDirectory();
  }

  private static void evaluate(
      ReconstructionEvaluator evaluator, PairSource source, Class<?> type, String message) {
    assertThatThrownBy(() -> evaluator.evaluate(source, Device.cpu()))
        .isInstanceOf(type)
        .hasMessage(message);
  }

  @Test
  void should_refuse_too_few_images() {
    refuses(
        pairs(noise(1, 1, 16), noise(2, 1, 16), "a"),
        MindEyeException.class,
        "evaluation: expected at least 2 images but was 1; two-way scores and intervals need"
            + " others");
  }

  @Test
  void should_refuse_an_image_that_is_there_twice() {
    refuses(
        pairs(noise(1, 3, 16), noise(2, 3, 16), "a", "b", "a"),
        MindEyeException.class,
        "image a: expected every image once but it is there twice; its double would tie with it."
            + " Give one reconstruction for each image");
  }

  @Test
  void should_refuse_originals_that_are_not_of_the_range() {
    ImageBatch bytes = ImageBatch.of(manager.ones(new Shape(2, 3, 16, 16)).mul(255f));
    refuses(
        pairs(bytes, noise(2, 2, 16), "a", "b"),
        MindEyeException.class,
        "image a, original: expected pixels in [0, 1] but they reach from 255.0 to 255.0; divide"
            + " bytes by 255");
  }

  @Test
  void should_refuse_pixels_that_are_no_numbers() {
    ImageBatch broken = noise(2, 6, 16);
    broken.array().set(new NDIndex("5, 0, 0, 0"), Float.NaN);
    refuses(
        pairs(noise(1, 6, 16), broken, "a", "b", "c", "d", "e", "f"),
        NotFiniteException.class,
        "image f, reconstruction: expected finite numbers but 1 are NaN or infinite, in 1 of 1"
            + " sample (number 0, from 0); repair it or leave it out");
  }

  @Test
  void should_refuse_pictures_of_another_size() {
    refuses(
        pairs(noise(1, 2, 16), noise(2, 2, 20), "a", "b"),
        ShapeMismatchException.class,
        "image a, reconstruction: expected 16 x 16 pixels after the protocol's steps, as the first"
            + " image has, but found 20 x 20; crop all images to one form, or let the protocol"
            + " resize them");
  }

  @Test
  void should_refuse_several_images_in_the_place_of_one() {
    PairSource source =
        new PairSource() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public ImagePair read(int index, NDManager owner) {
            return ImagePair.of("a", noise(1, 2, 16), noise(1, 1, 16));
          }
        };
    evaluate(
        evaluator(),
        source,
        ShapeMismatchException.class,
        "image a, original: expected one image but was (2, 3, 16, 16)");
  }

  @Test
  void should_refuse_a_blend_without_the_blurry_picture() {
    ReconstructionEvaluator blending =
        ReconstructionEvaluator.of(PROTOCOL.withImages(PROTOCOL.images().withBlend(Blend.paper())));
    evaluate(
        blending,
        pairs(noise(1, 2, 16), noise(2, 2, 16), "a", "b"),
        MindEyeException.class,
        "image a: the protocol scores a blend with the blurry picture but there is none; give it,"
            + " or choose a protocol that does not blend");
  }

  @Test
  void should_refuse_features_of_other_images() {
    ReconstructionEvaluator wrong =
        evaluator().with("rows", "none", (images, owner) -> images.array().get(new NDIndex("0:1")));
    evaluate(
        wrong,
        pairs(noise(1, 2, 16), noise(2, 2, 16), "a", "b"),
        MindEyeException.class,
        "rows: expected one row of features for each image of ImageBatch(2, 3, 16, 16) but the"
            + " network gave (1, 3, 16, 16)");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_refuse_features_that_are_no_numbers() {
    ReconstructionEvaluator broken =
        evaluator()
            .with(
                "pixels",
                "none",
                (images, owner) -> images.array().div(images.array().zerosLike()));
    evaluate(
        broken,
        pairs(noise(1, 2, 16), noise(2, 2, 16), "a", "b"),
        NotFiniteException.class,
        "pixels of originals: expected finite features but image 0 has Infinity; leave it out");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_refuse_a_metric_that_the_protocol_does_not_have() {
    assertThatThrownBy(() -> evaluator().without("PixCorr", "no"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "metric 'PixCorr': expected one of [pixels, rows], the metrics of features of protocol"
                + " small");
    assertThatThrownBy(() -> evaluator().with("CLIP", "w", (images, owner) -> images.array()))
        .hasMessageStartingWith("metric 'CLIP': expected one of [pixels, rows]");
  }

  @Test
  void should_say_why_a_metric_is_missing() throws IOException {
    assertThat(
            evaluator()
                .without("rows", "its weights are not there")
                .evaluate(pairs(noise(1, 2, 16), noise(2, 2, 16), "a", "b"), Device.cpu())
                .missing())
        .containsExactly(new MissingMetric("rows", "its weights are not there"));
  }

  @ParameterizedTest
  @CsvSource({
    "1000000, 'at images: 8 of 9'",
    "0, 'while features were read or written in a temporary file'",
  })
  void should_end_at_an_interrupt_and_leave_nothing(long mostOnHeap, String place) {
    PairSource source = cropped(new Scenes(9, 16, 0.5f));
    ReconstructionEvaluator evaluator = evaluator().withMostOnHeap(mostOnHeap);
    EvaluationListener interrupting =
        progress -> {
          if (progress.done() == 4) {
            Thread.currentThread().interrupt();
          }
        };
    LeakCheck.Census before = LeakCheck.census();
    assertThatThrownBy(() -> evaluator.evaluate(source, interrupting, Device.cpu()))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the evaluation was cancelled by an interrupt " + place);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(LeakCheck.census()).isEqualTo(before);
    assertThat(folder).isEmptyDirectory();
  }

  /** Of one size, as the protocol of this class does not resize. */
  private static PairSource cropped(PairSource source) {
    return new PairSource() {
      @Override
      public int size() {
        return source.size();
      }

      @Override
      public ImagePair read(int index, NDManager owner) throws IOException {
        ImagePair pair = source.read(index, owner);
        NDArray painted = pair.reconstruction().array().get(new NDIndex(":, :, :16, :16"));
        return ImagePair.of(pair.id(), pair.original(), ImageBatch.of(painted));
      }
    };
  }

  @Test
  void should_refuse_lists_that_do_not_match() {
    assertThatThrownBy(() -> pairs(noise(1, 2, 16), noise(2, 3, 16), "a", "b"))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "pairs: expected as many ids, originals and reconstructions but there are 2, 2 and 3");
    assertThatThrownBy(() -> new EvaluatedInputs(2, "0", List.of("a")))
        .hasMessage("inputs: expected one id each for 2 but there are 1");
  }
}
