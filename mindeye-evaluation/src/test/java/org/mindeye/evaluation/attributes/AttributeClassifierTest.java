// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class AttributeClassifierTest {
  private static final AttributeClassifierConfig CONFIG =
      new AttributeClassifierConfig(
          8,
          List.of(4, 8),
          2,
          6,
          List.of(
              new Attribute("color", List.of("red", "green", "blue")),
              new Attribute("side", List.of("left", "right"))));

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private static AttributeClassifier network() {
    AttributeClassifier network = new AttributeClassifier(CONFIG);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private static ImageBatch images(NDManager owner, int count) {
    return ImageBatch.of(NoiseSource.seeded(2).uniform(owner, new Shape(count, 3, 8, 8)));
  }

  @Test
  void should_say_the_likeliest_class_of_each_attribute() {
    try (AttributeClassifier network = network();
        GradMode off = GradMode.off()) {
      ImageBatch images = images(manager, 5);
      AttributeClassifier.Output output = network.forward(images);
      assertThat(output.features().getShape()).isEqualTo(new Shape(5, 6));
      assertThat(output.logits())
          .extracting(NDArray::getShape)
          .containsExactly(new Shape(5, 3), new Shape(5, 2));
      int[][] classes = network.classify(images);
      for (int i = 0; i < 5; i++) {
        for (int attribute = 0; attribute < 2; attribute++) {
          float[] logits = output.logits().get(attribute).get(i).toFloatArray();
          for (float logit : logits) {
            assertThat(logits[classes[i][attribute]]).isGreaterThanOrEqualTo(logit);
          }
        }
      }
      assertThat(network.features(images, manager).toFloatArray())
          .isEqualTo(output.features().toFloatArray());
      NDList all =
          network.forward(new ParameterStore(manager, false), new NDList(images.array()), false);
      assertThat(all.getShapes())
          .isEqualTo(network.getOutputShapes(new Shape[] {images.array().getShape()}));
    }
  }

  /** Where something is must be seen, so the last map is not averaged. */
  @Test
  void should_tell_places_apart() {
    try (AttributeClassifier network = network();
        GradMode off = GradMode.off()) {
      float[] left = new float[192];
      float[] right = new float[192];
      for (int i = 0; i < 192; i++) {
        left[i] = i % 8 < 4 ? 1 : 0;
        right[i] = i % 8 < 4 ? 0 : 1;
      }
      float[] one = features(network, left);
      float[] other = features(network, right);
      double distance = 0;
      for (int i = 0; i < one.length; i++) {
        distance += Math.abs(one[i] - other[i]);
      }
      assertThat(distance).isGreaterThan(0.01);
    }
  }

  private float[] features(AttributeClassifier network, float[] pixels) {
    ImageBatch image = ImageBatch.of(Torch.copy(manager, pixels, new Shape(1, 3, 8, 8)));
    return network.features(image, manager).toFloatArray();
  }

  @Test
  void should_load_what_was_written() throws IOException {
    Path file = folder.resolve("judge.safetensors");
    ImageBatch images = images(manager, 2);
    float[] expected;
    try (AttributeClassifier network = network()) {
      WeightFiles.write(file, network, CONFIG.metadata());
      expected = network.features(images, manager).toFloatArray();
    }
    try (AttributeClassifier loaded = AttributeClassifier.load(file, Device.cpu())) {
      assertThat(loaded.config()).isEqualTo(CONFIG);
      assertThat(loaded.features(images, manager).toFloatArray()).isEqualTo(expected);
    }
    Path bare = folder.resolve("bare.safetensors");
    try (AttributeClassifier network = network()) {
      WeightFiles.write(bare, network, Map.of());
    }
    assertThatThrownBy(() -> AttributeClassifier.load(bare, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "a classifier of attributes, which notes its shape as 'mindeye.attributes'");
  }

  @Test
  void should_leave_nothing_behind() {
    try (AttributeClassifier network = network()) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = Torch.newManager(Device.cpu())) {
              ImageBatch images = images(call, 2);
              network.features(images, call);
              network.classify(images);
              network.forward(images);
            }
          });
      assertThat(network.features(images(manager, 2), manager).getManager()).isSameAs(manager);
    }
  }

  @Test
  void should_refuse_pictures_that_it_cannot_judge() {
    try (AttributeClassifier network = network()) {
      ImageBatch large = ImageBatch.of(manager.zeros(new Shape(1, 3, 8, 16)));
      assertThatThrownBy(() -> network.classify(large))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "images: this network reads 8x8 pixels but was given (1, 3, 8, 16); resize them");
      ImageBatch broken = ImageBatch.of(manager.full(new Shape(1, 3, 8, 8), Float.NaN));
      assertThatThrownBy(() -> network.features(broken, manager))
          .isInstanceOf(NotFiniteException.class);
    }
  }

  @Test
  void should_check_its_settings() {
    List<Attribute> some = CONFIG.attributes();
    assertThatThrownBy(() -> new AttributeClassifierConfig(8, List.of(), 2, 6, some))
        .hasMessage("channels: expected at least one but there is none");
    assertThatThrownBy(() -> new AttributeClassifierConfig(8, List.of(4), 2, 6, List.of()))
        .hasMessage("attributes: expected at least one but there is none");
    assertThatThrownBy(() -> new AttributeClassifierConfig(8, List.of(4, 5), 2, 6, some))
        .hasMessage("channels: expected multiples of groups=2 but was 5");
    assertThatThrownBy(() -> new AttributeClassifierConfig(6, List.of(4, 8), 2, 6, some))
        .hasMessage("side: expected a multiple of 4, halved by each stage, but was 6");
    assertThatThrownBy(() -> new AttributeClassifierConfig(8, List.of(4), 0, 6, some))
        .hasMessage("groups: expected at least 1 but was 0");
    assertThatThrownBy(() -> new AttributeClassifierConfig(8, List.of(4), 2, 0, some))
        .hasMessage("features: expected at least 1 but was 0");
    assertThatThrownBy(() -> new Attribute("color", List.of("red")))
        .hasMessage("color: expected at least 2 classes but was 1");
    assertThatThrownBy(() -> new Attribute("main color", List.of("red", "blue")))
        .hasMessage(
            "an attribute is called by letters and digits, like category, but was 'main color'");
  }
}
