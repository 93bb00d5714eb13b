// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

class Hdf5FileTest {
  @TempDir private Path folder;

  private static Path file(String name) {
    return Fixtures.file("hdf5/" + name);
  }

  private static HeapArray read(String file, String dataset) throws IOException {
    try (Hdf5File open = Hdf5File.open(file(file))) {
      return open.dataset(dataset).read();
    }
  }

  @Test
  void should_read_every_type_to_the_last_bit() throws IOException {
    Map<String, HeapArray> expected = Fixtures.arrays("hdf5/expected.npz");
    assertThat(expected).hasSize(20);
    for (Map.Entry<String, HeapArray> each : expected.entrySet()) {
      boolean single = List.of("special", "bool").contains(each.getKey());
      for (String group : single ? new String[] {""} : new String[] {"contiguous/", "chunked/"}) {
        assertThat(read("types.h5", group + each.getKey()))
            .as(group + each.getKey())
            .isEqualTo(each.getValue());
      }
    }
  }

  @Test
  void should_read_scalars_compact_and_empty_datasets() throws IOException {
    assertThat(read("types.h5", "scalar")).isEqualTo(HeapArray.ofFloats(new float[] {2.5f}));
    assertThat(read("types.h5", "empty")).isEqualTo(HeapArray.ofFloats(new float[0], 0, 3));
    assertThat(read("types.h5", "compact")).isEqualTo(read("types.h5", "contiguous/little_i2"));
  }

  @Test
  void should_read_missing_chunks_as_zeros() throws IOException {
    HeapArray partly = read("types.h5", "partly");
    long[] expected = new long[24];
    for (int i = 0; i < 3; i++) {
      expected[3 + i] = 1 + i;
      expected[9 + i] = 4 + i;
    }
    assertThat(partly.toLongs()).isEqualTo(expected);
    assertThat(partly.type()).isEqualTo(ElementType.INT16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v108.h5", "v110.h5", "v112.h5", "v114.h5"})
  void should_read_every_version_and_index(String name) throws IOException {
    HeapArray numbers = read("types.h5", "contiguous/i1");
    for (String dataset : List.of("fixed", "growing", "both", "single", "plain")) {
      HeapArray found = read(name, dataset);
      assertThat(found.tensorShape()).isEqualTo(new TensorShape(2, 3, 4));
      for (int i = 0; i < 24; i++) {
        assertThat(found.toLongs()[i]).isEqualTo(i - 10);
      }
    }
    assertThat(numbers.toLongs()[0]).isEqualTo(-110);
  }

  /** Which of them jHDF reads in the wrong order; of the others, all numbers. */
  @ParameterizedTest
  @ValueSource(strings = {"growing_v108.h5", "growing_v110.h5", "growing_v114.h5"})
  void should_read_datasets_that_may_grow_or_say_that_it_cannot(String name) throws IOException {
    boolean newer = !name.contains("v108");
    try (Hdf5File open = Hdf5File.open(file(name))) {
      List<String> names = open.names();
      assertThat(names).hasSize(12);
      for (String each : names) {
        if (newer && each.startsWith("moved")) {
          assertThatThrownBy(() -> open.dataset(each))
              .isInstanceOf(MalformedFileException.class)
              .hasMessageContaining(
                  name + ": dataset '" + each + "': expected chunks listed in the order")
              .hasMessageContaining("as axes may grow to [")
              .hasMessageEndingWith(
                  "; save it again without maxshape, or with libver=('earliest', 'v108')");
        } else {
          long[] found = open.dataset(each).read().toLongs();
          assertThat(found).as(each).hasSize(24);
          for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as(each).isEqualTo(i - 10);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"i1, 1", "u2, 2", "f4, 4", "f8, 8"})
  void should_read_chunks_with_checksums(String type, int width) throws IOException {
    boolean floating = type.startsWith("f");
    try (Hdf5File open = Hdf5File.open(file("filters.h5"))) {
      List<String> names = open.names().stream().filter(n -> n.startsWith(type + "/")).toList();
      assertThat(names).hasSize(6);
      for (String name : names) {
        Hdf5Dataset dataset = open.dataset(name);
        double[] found = dataset.read().toDoubles();
        for (int i = 0; i < 24; i++) {
          double expected =
              floating ? (i - 10) * 0.37 : type.equals("u2") ? Math.abs(i - 10) : i - 10;
          assertThat(found[i]).as(name).isEqualTo(width == 4 ? (float) expected : expected);
        }
        assertThat(dataset.read(new long[] {1, 1, 2}, new long[] {1, 2, 2}).toDoubles())
            .containsExactly(found[18], found[19], found[22], found[23]);
      }
    }
  }

  @Test
  void should_notice_a_chunk_whose_checksum_is_wrong() throws IOException {
    byte[] whole = Files.readAllBytes(file("filters.h5"));
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (bytes.getFloat(at) != (float) (-10 * 0.37)
        || bytes.getFloat(at + 4) != (float) (-9 * 0.37)) {
      at++;
    }
    whole[at + 1] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.h5"), whole);
    try (Hdf5File open = Hdf5File.open(damaged)) {
      Hdf5Dataset dataset = open.dataset("f4/plain");
      assertThat(dataset.rows(1, 2).size()).isEqualTo(12);
      assertThatThrownBy(dataset::read)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("damaged.h5: dataset 'f4/plain'")
          .hasMessageContaining("a chunk whose checksum is wrong: damaged, get the file again");
    }
  }

  @Test
  void should_say_how_to_save_what_is_elsewhere_or_compressed_otherwise() throws IOException {
    assertThatThrownBy(() -> read("external.h5", "numbers"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("external.h5")
        .hasMessageEndingWith("; save its numbers in the file itself");
    assertThatThrownBy(() -> read("zstd.h5", "numbers"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("zstd.h5: dataset 'numbers'")
        .hasMessageContaining("id=32015")
        .hasMessageEndingWith("; save it again with compression='gzip' (h5py), or without");
  }

  @ParameterizedTest
  @ValueSource(strings = {"contiguous/big_f8", "chunked/big_f8", "compact"})
  void should_read_slices_as_parts_of_the_whole(String name) throws IOException {
    Random random = new Random(3);
    try (Hdf5File open = Hdf5File.open(file("types.h5"))) {
      Hdf5Dataset dataset = open.dataset(name);
      double[] whole = dataset.read().toDoubles();
      for (int round = 0; round < 100; round++) {
        long[] first = new long[3];
        long[] lengths = new long[3];
        for (int axis = 0; axis < 3; axis++) {
          first[axis] = random.nextInt((int) dataset.shape().get(axis));
          lengths[axis] = 1 + random.nextInt((int) (dataset.shape().get(axis) - first[axis]));
        }
        double[] slice = dataset.read(first, lengths).toDoubles();
        int i = 0;
        for (long a = 0; a < lengths[0]; a++) {
          for (long b = 0; b < lengths[1]; b++) {
            for (long c = 0; c < lengths[2]; c++) {
              long at = ((first[0] + a) * 3 + first[1] + b) * 4 + first[2] + c;
              assertThat(slice[i++]).isEqualTo(whole[(int) at]);
            }
          }
        }
      }
      assertThat(dataset.rows(1, 2).toDoubles()).isEqualTo(Arrays.copyOfRange(whole, 12, 24));
      assertThat(dataset.rows(1, 1).shape()).containsExactly(0, 3, 4);
    }
  }

  @Test
  void should_describe_what_is_there() throws IOException {
    try (Hdf5File open = Hdf5File.open(file("types.h5"))) {
      assertThat(open.names())
          .contains("contiguous/i1", "chunked/big_f8", "bool", "text", "compound")
          .doesNotContain("soft", "outside", "contiguous");
      assertThat(open.has("bool")).isTrue();
      assertThat(open.has("/chunked/i1")).isTrue();
      assertThat(open.has("chunked")).isFalse();
      assertThat(open.has("nothing/at/all")).isFalse();
      assertThat(open.dataset("chunked/i1").chunks()).contains(new TensorShape(1, 2, 3));
      assertThat(open.dataset("contiguous/i1").chunks()).isEmpty();
      assertThat(open.dataset("contiguous/i1")).hasToString("contiguous/i1 INT8(2, 3, 4)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gone|types.h5: expected a dataset 'gone' but found only ",
        "chunked|dataset 'chunked': expected a dataset but found a group",
        "soft|dataset 'soft': expected a dataset but found a link; name what it points to",
        "outside|dataset 'outside': expected a dataset but found a link; name what it points to",
        "text|'text': expected integers or floats of a usual width but found VariableLength",
        "unsigned_64|expected integers or floats of a usual width but found FixedPoint of 8 bytes",
        "compound|expected integers or floats of a usual width but found CompoundDataType",
        "unwritten|64 bytes for the shape (4, 4) but found none: it was never written"
      })
  void should_say_what_is_wrong_with_a_dataset(String name, String message) throws IOException {
    try (Hdf5File open = Hdf5File.open(file("types.h5"))) {
      assertThatThrownBy(() -> open.dataset(name))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("types.h5")
          .hasMessageContaining(message);
    }
  }

  /** As netCDF's programs write all that is compressed. */
  @Test
  void should_read_what_was_written_where_missing_numbers_are_not_zeros() throws IOException {
    try (Hdf5File open = Hdf5File.open(file("filters.h5"))) {
      float[] numbers = open.dataset("netcdf").read().toFloats();
      for (int i = 0; i < numbers.length; i++) {
        assertThat(numbers[i]).isEqualTo(i);
      }
      Hdf5Dataset half = open.dataset("netcdf_half");
      assertThat(half.rows(0, 2).toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThatThrownBy(half::read)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(
              "filters.h5: dataset 'netcdf_half': expected missing chunks to be zeros but found one"
                  + " at [2, 0] whose fill value is 9.96921E36; write all of it");
      assertThatThrownBy(() -> half.read(new long[] {3, 3}, new long[] {1, 1}))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("one at [2, 3] whose fill value");
    }
    assertThatThrownBy(() -> read("types.h5", "filled"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("one at [0, 0] whose fill value is NaN; write all of it");
  }

  @Test
  void should_refuse_slices_that_are_not_there() throws IOException {
    try (Hdf5File open = Hdf5File.open(file("types.h5"))) {
      Hdf5Dataset dataset = open.dataset("chunked/i1");
      for (long[][] slice :
          new long[][][] {
            {{0, 0, 0}, {2, 3, 5}},
            {{-1, 0, 0}, {1, 1, 1}},
            {{0, 0}, {1, 1}},
            {{2, 0, 0}, {1, 1, 1}},
            {{0, 0, Long.MAX_VALUE}, {1, 1, 2}}
          }) {
        assertThatThrownBy(() -> dataset.read(slice[0], slice[1]))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("types.h5: dataset 'chunked/i1': a slice from")
            .hasMessageContaining("is not within (2, 3, 4)");
      }
      assertThatThrownBy(() -> open.dataset("scalar").rows(0, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void should_say_how_to_save_a_file_of_a_newer_version() throws IOException {
    assertThatThrownBy(() -> read("latest.h5", "chunked"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("latest.h5")
        .hasMessageContaining(
            "save it again in Python with h5py.File(name, 'w', libver=('earliest', 'v108'))");
  }

  @Test
  void should_say_that_a_file_ends_too_early() throws IOException {
    byte[] whole = Files.readAllBytes(file("v114.h5"));
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> Hdf5File.open(cut))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            cut
                + ": expected "
                + whole.length
                + " bytes, as its head says, but found "
                + (whole.length - 1)
                + " (truncated? get it again)");
  }

  @Test
  void should_say_what_a_file_is_instead() throws IOException {
    assertThatThrownBy(() -> Hdf5File.open(file("expected.npz")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected an HDF5 file but found a NumPy archive (.npz)");
    assertThatThrownBy(() -> Hdf5File.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected an HDF5 file but found a folder");
    assertThatThrownBy(() -> Hdf5File.open(Files.write(folder.resolve("x.h5"), new byte[] {1, 2})))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("x.h5: expected an HDF5 file but found");
    assertThatThrownBy(() -> Hdf5File.open(folder.resolve("none.h5")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void should_read_nothing_after_closing() throws IOException {
    Hdf5File open = Hdf5File.open(file("types.h5"));
    Hdf5Dataset dataset = open.dataset("bool");
    open.close();
    open.close();
    assertThatThrownBy(dataset::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("types.h5 is closed: read before, or open it again");
    assertThatThrownBy(open::names).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.has("bool")).isInstanceOf(IllegalStateException.class);
  }
}
