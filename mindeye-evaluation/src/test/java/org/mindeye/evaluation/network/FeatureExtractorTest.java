// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Features of images, on AlexNet, the smallest, and on a small CLIP. */
class FeatureExtractorTest {
  private static final VisionTransformerConfig SMALL =
      new VisionTransformerConfig(8, 16, 2, 2, new PatchGrid(28, 14), 6, Nonlinearity.QUICK_GELU);

  @TempDir private static Path folder;
  @FreshManager private NDManager manager;
  private static Path file;

  @BeforeAll
  static void write() {
    file = Weights.write(folder.resolve("alexnet.safetensors"), MetricNetwork.ALEXNET);
  }

  private static FeatureNetwork alexNet(FeatureConfig config) {
    try {
      return FeatureNetwork.load(MetricNetwork.ALEXNET, file, config, Device.cpu());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FeatureNetwork clip(Precision precision) {
    ClipVisionTransformer tower = new ClipVisionTransformer(SMALL);
    tower.storeIn(precision);
    tower.initialize(Device.cpu(), NoiseSource.seeded(1));
    return FeatureNetwork.of(tower, "small", FeatureConfig.paper().withChunk(2));
  }

  private ImageBatch images(int batch, int side) {
    return ImageBatch.of(
        ParityGenerator.input(manager, 5, new Shape(batch, 3, side, side), 0.5, 0.5));
  }

  private static NDArray pixels(ImageBatch images, FeatureBody body) {
    return new FeaturePixels(body.side(), Antialias.OFF, body.colors()).apply(images);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void should_be_the_layers_outputs_of_each_image(int chunk) {
    ImageBatch images = images(3, 300);
    try (FeatureNetwork network = alexNet(FeatureConfig.paper().withChunk(chunk));
        GradMode off = GradMode.off()) {
      NDArray pixels =
          new FeaturePixels(256, Antialias.OFF, ColorStatistics.imageNet()).apply(images);
      List<NDArray> maps = new ArrayList<>(network.forward(pixels).values());
      List<FeatureExtractor> extractors = network.extractors();
      assertThat(extractors).hasSize(2);
      for (int i = 0; i < 2; i++) {
        FeatureExtractor extractor = extractors.get(i);
        NDArray found = extractor.features(images, manager);
        assertThat(found.getManager()).isSameAs(manager);
        assertThat(found.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(found.getShape()).isEqualTo(new Shape(3, extractor.size()));
        TensorAssert.assertThat(found).isWithinRelativeL2(maps.get(i).toFloatArray(), 1e-6);
      }
    }
  }

  @Test
  void should_say_what_it_is() {
    try (FeatureNetwork network = alexNet(FeatureConfig.paper())) {
      FeatureExtractor second = network.extractors().get(0);
      FeatureExtractor fifth = network.extractors().get(1);
      assertThat(second.name()).isEqualTo("AlexNet(2)");
      assertThat(second.shape()).isEqualTo(new Shape(192, 31, 31));
      assertThat(second.size()).isEqualTo(184_512);
      assertThat(fifth.name()).isEqualTo("AlexNet(5)");
      assertThat(fifth.size()).isEqualTo(57_600);
      assertThat(fifth.side()).isEqualTo(256);
      assertThat(fifth.source()).isEqualTo("alexnet.safetensors");
      assertThat(fifth).hasToString("AlexNet(5) of alexnet.safetensors");
      assertThat(network.config()).isEqualTo(FeatureConfig.paper());
      assertThat(network.device()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void should_differ_where_shrinking_averages() {
    ImageBatch large = images(1, 512);
    ImageBatch common = images(1, 256);
    FeatureConfig averaging = FeatureConfig.paper().withAntialias(Antialias.ON);
    try (FeatureNetwork off = alexNet(FeatureConfig.paper());
        FeatureNetwork on = alexNet(averaging)) {
      float[] plain = off.extractors().get(1).features(large, manager).toFloatArray();
      float[] averaged = on.extractors().get(1).features(large, manager).toFloatArray();
      assertThat(averaged).isNotEqualTo(plain);
      // AlexNet sees what has the common size as it is.
      assertThat(on.extractors().get(1).features(common, manager).toFloatArray())
          .containsExactly(off.extractors().get(1).features(common, manager).toFloatArray());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void should_be_clips_final_embedding_as_it_is(Precision precision) {
    ImageBatch images = images(3, 256);
    try (ClipVisionTransformer tower = new ClipVisionTransformer(SMALL);
        FeatureNetwork network = clip(precision);
        GradMode off = GradMode.off()) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(1));
      FeatureExtractor extractor = network.extractors().get(0);
      NDArray pixels = pixels(images, new ClipBody(tower));
      NDArray expected = tower.forward(ClipPixels.of(pixels)).imageEmbeds();

      assertThat(extractor.name()).isEqualTo("CLIP");
      assertThat(extractor.side()).isEqualTo(28);
      assertThat(extractor.shape()).isEqualTo(new Shape(6));
      assertThat(network.precision()).isEqualTo(precision);
      assertThat(network.config().precision()).isEqualTo(precision);
      double allowed = precision == Precision.FLOAT32 ? 1e-6 : 0.02;
      TensorAssert.assertThat(extractor.features(images, manager))
          .hasShape(3, 6)
          .isWithinRelativeL2(expected.toFloatArray(), allowed);
      TensorAssert.assertThat(network.forward(pixels).get("image_embeds"))
          .isWithinRelativeL2(expected.toFloatArray(), allowed);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void should_leave_nothing_behind(Precision precision) {
    ImageBatch images = images(1, 64);
    NDArray pixels = images.array();
    try (FeatureNetwork network = alexNet(FeatureConfig.paper().withPrecision(precision));
        FeatureNetwork clip = clip(precision);
        GradMode off = GradMode.off()) {
      for (FeatureExtractor extractor :
          List.of(network.extractors().get(0), network.extractors().get(1))) {
        LeakCheck.assertNoLeak(10, () -> extractor.features(images, manager).close());
      }
      LeakCheck.assertNoLeak(() -> clip.extractors().get(0).features(images, manager).close());
      LeakCheck.assertNoLeak(20, () -> network.forward(pixels).values().forEach(NDArray::close));
    }
  }

  @Test
  void should_refuse_what_it_cannot_see() {
    NDArray broken = manager.zeros(new Shape(2, 3, 8, 8));
    broken.set(new NDIndex("1, 2, 3, 4"), Float.NaN);
    try (FeatureNetwork network = alexNet(FeatureConfig.paper())) {
      FeatureExtractor extractor = network.extractors().get(0);
      assertThatThrownBy(() -> extractor.features(ImageBatch.of(broken), manager))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "images: expected finite numbers but 1 are NaN or infinite, in 1 of 2 samples (number"
                  + " 1, from 0); decode or repair these pictures again");
      assertThatThrownBy(() -> network.forward(manager.zeros(new Shape(1, 3, 30, 64))))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "pixels: expected at least 31 a side, as AlexNet needs, but was [1, 3, 30, 64];"
                  + " resize the images");
      assertThatThrownBy(() -> network.forward(manager.zeros(new Shape(1, 4, 64, 64))))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("pixels: expected [batch, channels=3, height, width] but was [1, 4, 64, 64]");
      assertThatThrownBy(
              () -> network.forward(manager.zeros(new Shape(1, 3, 64, 64), DataType.FLOAT64)))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("pixels: expected float32 values but the type is float64");
      assertThatThrownBy(() -> extractor.features(images(1, 8), null))
          .isInstanceOf(NullPointerException.class);
      network.close();
      assertThatThrownBy(() -> extractor.features(images(1, 8), manager))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed; closing is final");
    }
  }

  static Stream<Arguments> inEveryFormat() {
    return Stream.of(MetricNetwork.values())
        .filter(kind -> kind != MetricNetwork.CLIP)
        .flatMap(
            kind ->
                Stream.of(Precision.FLOAT32, Precision.BFLOAT16)
                    .map(precision -> Arguments.of(kind, precision)));
  }

  /** The smallest that the messages promise; layers close their own. */
  @ParameterizedTest
  @MethodSource("inEveryFormat")
  void should_see_the_smallest_images(MetricNetwork kind, Precision precision) {
    try (StagedNetwork network = kind.convolutional().orElseThrow().get();
        GradMode off = GradMode.off()) {
      network.storeIn(precision);
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      int side = kind.smallestSide();
      NDArray pixels = manager.ones(new Shape(1, 3, side, side));
      Shape[] expected = network.getOutputShapes(new Shape[] {pixels.getShape()});

      List<NDArray> found = network.all(pixels);

      assertThat(found).extracting(NDArray::getShape).containsExactly(expected);
      assertThat(found).extracting(NDArray::getDataType).containsOnly(DataType.FLOAT32);
      int last = found.size() - 1;
      assertThat(network.upTo(last, pixels).toFloatArray())
          .containsExactly(found.get(last).toFloatArray());
      LeakCheck.assertNoLeak(5, () -> network.all(pixels).forEach(NDArray::close));
      LeakCheck.assertNoLeak(5, () -> network.upTo(last, pixels).close());
    }
  }
}
