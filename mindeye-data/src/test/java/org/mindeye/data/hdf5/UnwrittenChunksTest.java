// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.MalformedFileException;

/** Files of version 1.10 list chunks differently, also those that were not written. */
class UnwrittenChunksTest {
  private static Hdf5File open() throws IOException {
    return Hdf5File.open(Fixtures.file("hdf5/holes_v110.h5"));
  }

  /** The parser puts what is behind the missing rows into their places. */
  @ParameterizedTest
  @ValueSource(strings = {"hole", "hole_gzip", "first", "tail"})
  void should_refuse_a_growing_dataset_with_a_hole(String name) throws IOException {
    try (Hdf5File file = open()) {
      assertThatThrownBy(() -> file.dataset(name))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(
              "holes_v110.h5: dataset '"
                  + name
                  + "': expected all chunks of a dataset that may grow, but found fewer, none at"
                  + " [59, 0]: where the others belong is not known; write all of it, or save it"
                  + " again with libver=('earliest', 'v108')");
    }
  }

  @Test
  void should_say_what_to_do_where_a_block_of_the_list_is_missing() throws IOException {
    try (Hdf5File file = open()) {
      assertThatThrownBy(() -> file.dataset("blocks"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("dataset 'blocks'")
          .hasMessageEndingWith("; if parts of it were never written, write all of it");
    }
  }

  @Test
  void should_read_a_growing_dataset_that_was_written() throws IOException {
    try (Hdf5File file = open()) {
      long[] numbers = file.dataset("written").read().toLongs();
      for (int i = 0; i < 120; i++) {
        assertThat(numbers[i]).isEqualTo(i / 2 + 1);
      }
      assertThat(file.dataset("only_one").read().toLongs()).containsExactly(0, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netcdf_half", "plain_half"})
  void should_name_a_missing_chunk_with_a_fill_value(String name) throws IOException {
    try (Hdf5File file = open()) {
      Hdf5Dataset half = file.dataset(name);
      for (int round = 0; round < 2; round++) {
        assertThat(half.rows(0, 2).toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThatThrownBy(half::read)
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining(
                name
                    + "': expected missing chunks to be zeros but found one at [2, 0] whose fill"
                    + " value is 9.96921E36; write all of it");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero_half", "zero_half_gzip"})
  void should_say_what_to_do_where_a_missing_chunk_cannot_be_read(String name) throws IOException {
    try (Hdf5File file = open()) {
      Hdf5Dataset half = file.dataset(name);
      assertThat(half.rows(0, 2).toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThatThrownBy(half::read)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("dataset '" + name + "'")
          .hasMessageEndingWith("; if parts of it were never written, write all of it");
    }
  }

  /** The parser takes places of chunks as integers of 32 bits. */
  @ParameterizedTest
  @CsvSource({"long, false", "long_growing, true"})
  void should_refuse_to_look_for_a_chunk_too_far_away(String name, boolean grows)
      throws IOException {
    try (Hdf5File file = open()) {
      assertThatThrownBy(
              () -> {
                Hdf5Dataset dataset = file.dataset(name);
                assertThat(grows).isFalse();
                dataset.rows((3L << 30) - 1, 3L << 30);
              })
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("dataset '" + name + "': expected ")
          .hasMessageContaining("at most 2147483647")
          .hasMessageContaining("[3204448256]")
          .hasMessageEndingWith("; save it again without maxshape and fillvalue");
    }
  }
}
