package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The checkpoints torch wrote, and what torch says they hold. */
final class TorchFixtures {
  /**
   * A tensor as torch lists it.
   *
   * @param path its place, from the outside inwards
   * @param elements in decimal, or the bits of float32 in hexadecimal digits
   */
  record Expected(String[] path, ElementType type, Shape shape, List<String> elements) {
    void assertEqualTo(TensorInfo info, NDArray tensor) {
      assertThat(info.type()).as(info.name()).isEqualTo(type);
      assertThat(info.shape()).as(info.name()).isEqualTo(shape);
      assertThat(tensor.getShape()).as(info.name()).isEqualTo(shape);
      assertThat(TorchFixtures.elements(tensor)).as(info.name()).isEqualTo(elements);
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

  private static Shape shape(String text) {
    return text.isEmpty()
        ? new Shape()
        : new Shape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  private static List<String> elements(NDArray tensor) {
    return switch (tensor.getDataType()) {
      case FLOAT32 -> {
        float[] floats = tensor.toFloatArray();
        yield IntStream.range(0, floats.length)
            .mapToObj(i -> String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(floats[i])))
            .toList();
      }
      case INT64 -> Arrays.stream(tensor.toLongArray()).mapToObj(Long::toString).toList();
      case INT32 -> Arrays.stream(tensor.toIntArray()).mapToObj(Integer::toString).toList();
      case UINT8 -> Arrays.stream(tensor.toUint8Array()).mapToObj(Integer::toString).toList();
      default -> {
        assertThat(tensor.getDataType()).isEqualTo(DataType.BOOLEAN);
        boolean[] values = tensor.toBooleanArray();
        yield IntStream.range(0, values.length).mapToObj(i -> values[i] ? "1" : "0").toList();
      }
    };
  }
}
