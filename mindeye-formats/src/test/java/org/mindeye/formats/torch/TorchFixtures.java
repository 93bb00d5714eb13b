// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/** The checkpoints torch wrote, and what torch says they hold. */
final class TorchFixtures {
  /**
   * A tensor as torch lists it.
   *
   * @param path its place, from the outside inwards
   * @param elements in decimal, or the bits of float32 in hexadecimal digits
   */
  record Expected(String[] path, ElementType type, TensorShape shape, List<String> elements) {
    void assertEqualTo(TensorFile file, String name) {
      assertThat(file.info(name)).isEqualTo(new TensorInfo(name, type, shape));
      assertEqualTo(name, file.array(name));
      float[] floats = file.floats(name);
      assertThat(floats).as(name).isEqualTo(file.array(name).toFloats());
    }

    void assertEqualTo(String name, HeapArray tensor) {
      assertThat(tensor.type()).as(name).isEqualTo(type);
      assertThat(tensor.tensorShape()).as(name).isEqualTo(shape);
      assertThat(TorchFixtures.elements(tensor)).as(name).isEqualTo(elements);
    }

    String name() {
      return path[path.length - 1];
    }
  }

  private TorchFixtures() {}

  static Path file(String name) {
    URL url = TorchFixtures.class.getResource("/torch/" + name);
    assertThat(url).as(name).isNotNull();
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Expected> expected(String name) throws IOException {
    return Files.readAllLines(file(name + ".tsv")).stream()
        .map(line -> line.split("\t", -1))
        .map(
            parts ->
                new Expected(
                    parts[0].split("/"),
                    ElementType.valueOf(parts[1]),
                    shape(parts[2]),
                    parts[3].isEmpty() ? List.of() : List.of(parts[3].split(" "))))
        .toList();
  }

  private static TensorShape shape(String text) {
    return text.isEmpty()
        ? new TensorShape()
        : new TensorShape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  private static List<String> elements(HeapArray tensor) {
    if (!tensor.type().isFloating()) {
      return Arrays.stream(tensor.toLongs()).mapToObj(Long::toString).toList();
    }
    float[] floats = tensor.toFloats();
    return IntStream.range(0, floats.length)
        .mapToObj(i -> String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(floats[i])))
        .toList();
  }
}
