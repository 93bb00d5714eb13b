// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

/** The files of {@code augmentation/}, computed with other libraries. */
class AugmentationFixtureTest {
  private static final float TOLERANCE = 2e-6f;

  private static Map<String, HeapArray> read(String name) throws IOException {
    try {
      return Npz.read(
          Path.of(
              AugmentationFixtureTest.class.getResource("/augmentation/" + name + ".npz").toURI()));
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static float[][] split(float[] values, int batch) {
    int length = values.length / batch;
    float[][] rows = new float[batch][];
    for (int i = 0; i < batch; i++) {
      rows[i] = Arrays.copyOfRange(values, i * length, (i + 1) * length);
    }
    return rows;
  }

  /** The images too large to keep. */
  private static float[][] formula(int batch, int height, int width) {
    float[][] images = new float[batch][3 * height * width];
    for (int b = 0; b < batch; b++) {
      for (int at = 0; at < images[b].length; at++) {
        int x = at % width;
        int y = at / width % height;
        int c = at / width / height;
        images[b][at] = (7 * x + 13 * y + 29 * c + 5 * b + x * y) % 64 / 63f;
      }
    }
    return images;
  }

  private static AugmentationPlan plan(Map<String, HeapArray> file, int height, int width) {
    long[] boxes = file.get("boxes").toLongs();
    long[] flips = file.get("flips").toLongs();
    float[] jitter = file.get("jitter").toFloats();
    long[] grays = file.get("grays").toLongs();
    List<ImagePlan> images = new ArrayList<>();
    for (int i = 0; i < flips.length; i++) {
      int[] box = Arrays.stream(boxes, 4 * i, 4 * i + 4).mapToInt(Math::toIntExact).toArray();
      float[] j = Arrays.copyOfRange(jitter, 4 * i, 4 * i + 4);
      images.add(
          new ImagePlan(
              new CropBox(box[0], box[1], box[2], box[3]),
              flips[i] == 1,
              Float.isNaN(j[0])
                  ? Optional.empty()
                  : Optional.of(new JitterFactors(j[0], j[1], j[2], j[3])),
              grays[i] == 1));
    }
    List<JitterStep> order =
        Arrays.stream(file.get("order").toLongs())
            .mapToObj(step -> JitterStep.values()[(int) step])
            .toList();
    int size = Math.toIntExact(file.get("expected").shape()[3]);
    return new AugmentationPlan(height, width, size, order, images);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resize",
        "crop",
        "jitter_single",
        "jitter_order_0",
        "jitter_order_1",
        "jitter_order_2",
        "jitter_order_3",
        "jitter_order_4",
        "formula_2x2_to_5",
        "formula_3x5_to_4",
        "formula_1x4_to_6",
        "formula_257x255_to_12",
        "formula_4x3_to_1",
        "formula_crop",
      })
  void should_equal_other_libraries(String name) throws IOException {
    Map<String, HeapArray> file = read(name);
    int batch = file.get("flips").size();
    int height;
    int width;
    float[][] images;
    if (file.containsKey("images")) {
      long[] shape = file.get("images").shape();
      height = (int) shape[2];
      width = (int) shape[3];
      images = split(file.get("images").toFloats(), batch);
    } else {
      long[] size = file.get("image_size").toLongs();
      height = (int) size[1];
      width = (int) size[2];
      images = formula(batch, height, width);
    }

    float[][] found = ImageAugmentation.apply(plan(file, height, width), images);

    float[][] expected = split(file.get("expected").toFloats(), batch);
    assertThat(found).hasDimensions(batch, expected[0].length);
    for (int i = 0; i < batch; i++) {
      for (int at = 0; at < found[i].length; at++) {
        assertThat(found[i][at])
            .as("image %d, value %d", i, at)
            .isCloseTo(expected[i][at], within(TOLERANCE));
      }
    }
  }
}
