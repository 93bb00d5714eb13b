// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class NumpyObjectsTest {
  @TempDir private Path folder;

  private static Path file(String name) {
    return resource("objects_" + name);
  }

  private static Path resource(String name) {
    try {
      return Path.of(NumpyObjectsTest.class.getResource("/npy/" + name + ".npy").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  private static List<CheckpointNode> items(CheckpointNode node) {
    return ((CheckpointNode.Sequence) node).items();
  }

  private static void assertCaptions(CheckpointNode node) {
    List<CheckpointNode> items = items(node);
    assertThat(items).hasSize(4);
    assertThat(items.get(0)).isEqualTo(new CheckpointNode.Text("a bus"));
    assertThat(items.get(1)).isEqualTo(CheckpointNode.Null.NONE);
    assertThat(items(items.get(2)))
        .containsExactly(new CheckpointNode.Text("two"), new CheckpointNode.Text("words"));
    assertThat(items.get(3))
        .isEqualTo(new CheckpointNode.Array(HeapArray.ofInts(new int[] {0, 1, 2}, 3)));
  }

  @Test
  void should_read_arrays_and_dictionaries_of_objects() throws IOException {
    assertCaptions(NumpyObjects.read(file("array")));
    CheckpointNode.Mapping dictionary =
        (CheckpointNode.Mapping) NumpyObjects.read(file("dictionary"));
    assertThat(dictionary.get("a"))
        .contains(new CheckpointNode.Array(HeapArray.ofDoubles(new double[] {0, 1, 2, 3}, 2, 2)));
    assertCaptions(dictionary.get("b").orElseThrow());
    assertThat(items(NumpyObjects.read(file("one"))))
        .containsExactly(new CheckpointNode.Text("only"));
  }

  @Test
  void should_leave_numbers_to_their_own_reader() {
    assertThatThrownBy(() -> NumpyObjects.read(resource("scalar")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "expected an array of Python objects (descr '|O', not fortran_order)");
    assertThatThrownBy(() -> Npy.read(file("array"))).isInstanceOf(MalformedFileException.class);
  }

  @Test
  void should_refuse_what_is_behind_or_missing() throws IOException {
    byte[] whole = Files.readAllBytes(file("dictionary"));
    Path longer = folder.resolve("longer.npy");
    Files.write(longer, Arrays.copyOf(whole, whole.length + 2));
    assertThatThrownBy(() -> NumpyObjects.read(longer))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(longer + ": expected the end after the objects but found 2 more bytes");
    Path shorter = folder.resolve("shorter.npy");
    Files.write(shorter, Arrays.copyOf(whole, whole.length - 2));
    assertThatThrownBy(() -> NumpyObjects.read(shorter))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("shorter.npy: expected ");
    Path plain = folder.resolve("plain.npy");
    byte[] header = Arrays.copyOf(whole, 128);
    byte[] none = Arrays.copyOf(header, 131);
    none[128] = (byte) 0x80;
    none[129] = 4;
    none[130] = '.';
    Files.write(plain, none);
    assertThatThrownBy(() -> NumpyObjects.read(plain)).isInstanceOf(MalformedFileException.class);
    none[128] = 'N';
    Files.write(plain, Arrays.copyOf(none, 129 + 1));
    assertThatThrownBy(() -> NumpyObjects.read(plain)).isInstanceOf(MalformedFileException.class);
  }

  @Test
  void should_refuse_an_array_without_all_of_its_objects() throws IOException {
    String text = new String(Files.readAllBytes(file("one")), StandardCharsets.ISO_8859_1);
    String shape = "K\u0001\u0085\u0094"; // the tuple (1,)
    assertThat(text.lastIndexOf(shape)).isPositive();
    String changed =
        text.substring(0, text.lastIndexOf(shape))
            + "K\u0002"
            + text.substring(text.lastIndexOf(shape) + 2);
    Path two = folder.resolve("two.npy");
    Files.write(two, changed.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> NumpyObjects.read(two))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected 2 objects of a NumPy array but found 1");
  }

  @Test
  void should_read_or_refuse_changed_files() throws IOException {
    Random random = new Random(4);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = Files.readAllBytes(file(i % 2 == 0 ? "dictionary" : "array"));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[128 + random.nextInt(bytes.length - 128)] = (byte) random.nextInt(256);
      }
      Path changed = Files.write(folder.resolve("changed.npy"), bytes);
      try {
        NumpyObjects.read(changed);
      } catch (MalformedFileException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }
}
