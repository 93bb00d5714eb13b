// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.exceptions.HdfException;
import io.jhdf.exceptions.UnsupportedHdfException;
import java.nio.BufferUnderflowException;
import org.junit.jupiter.api.Test;
import org.mindeye.formats.tensor.MalformedFileException;

class ParserTest {
  private static final String ADVICE = "save it again in Python with h5py.File(";

  private static MalformedFileException refused(Throwable inside) {
    try {
      Parser.call(
          "a.h5: dataset 'x'",
          "what HDF5 demands",
          () -> {
            if (inside instanceof Error error) {
              throw error;
            }
            throw (RuntimeException) inside;
          });
    } catch (MalformedFileException e) {
      return e;
    }
    throw new AssertionError("not refused");
  }

  @Test
  void should_turn_every_failure_into_one_that_names_file_and_dataset() {
    assertThat(refused(new OutOfMemoryError("Java heap space")))
        .hasMessage(
            "a.h5: dataset 'x': expected what HDF5 demands but found one that asks for more memory"
                + " than there is: damaged, or give the process more heap")
        .hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(refused(new StackOverflowError()))
        .hasMessageContaining("one whose parts contain each other: damaged");
    assertThat(refused(new ArithmeticException("/ by zero")))
        .hasMessageContaining("one that cannot be read (/ by zero)");
    assertThat(refused(new BufferUnderflowException()))
        .hasMessageContaining("one that cannot be read (BufferUnderflowException)");
    assertThat(refused(new HdfException("outer", new IllegalStateException("inner"))))
        .hasMessageContaining("one that cannot be read (outer: inner)");
    MalformedFileException ours = new MalformedFileException("b.h5", "this", "that");
    assertThat(refused(ours)).isSameAs(ours);
  }

  @Test
  void should_say_how_to_save_it_where_a_structure_is_too_new_and_only_there() {
    assertThat(refused(new UnsupportedHdfException("Unsupported data layout message version = 5")))
        .hasMessageContaining(ADVICE);
    assertThat(refused(new HdfException("Unrecognized superblock version number: 9")))
        .hasMessageContaining(ADVICE);
    for (String elsewhere : new String[] {"External Data Files Message", "Virtual storage is"}) {
      assertThat(
              refused(new HdfException("Failed to load", new UnsupportedHdfException(elsewhere))))
          .hasMessageEndingWith("; save its numbers in the file itself");
    }
    assertThat(refused(new HdfException("A required filter is not available: name='undefined'")))
        .hasMessageEndingWith("; save it again with compression='gzip' (h5py), or without");
    assertThat(refused(new HdfException("no such chunk")).getMessage()).doesNotContain(ADVICE);
    assertThat(refused(new IllegalArgumentException("wrong version")).getMessage())
        .doesNotContain(ADVICE);
  }

  @Test
  void should_not_swallow_errors_of_the_machine() {
    assertThatThrownBy(
            () ->
                Parser.call(
                    "a.h5",
                    "an HDF5 file",
                    () -> {
                      throw new InternalError("a page that is gone");
                    }))
        .isInstanceOf(InternalError.class);
  }
}
