// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.tensor.MalformedFileException;

class TargetIndexTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve(TargetCache.INDEX);
  }

  private static List<TargetIndex.Entry> entries(int count, LongUnaryOperator numbers) {
    return IntStream.range(0, count)
        .mapToObj(
            row ->
                new TargetIndex.Entry(
                    numbers.applyAsLong(row), "%064x".formatted(row * 12345L), row - 70))
        .toList();
  }

  private TargetIndex written(List<TargetIndex.Entry> entries) throws IOException {
    ByteBuffer bytes = TargetIndex.bytes(entries, 0, "sum");
    Files.write(file, bytes.array());
    return TargetIndex.read(file, "sum");
  }

  @Test
  void should_find_the_row_of_every_image() throws IOException {
    List<LongUnaryOperator> numbers =
        List.of(
            row -> row,
            row -> -row,
            row -> row << 40,
            row -> 4096 * row - 5,
            row -> Long.MAX_VALUE - row);
    for (LongUnaryOperator number : numbers) {
      for (int count : new int[] {0, 1, 2, 3, 1023, 1024}) {
        List<TargetIndex.Entry> entries = entries(count, number);
        TargetIndex index = written(entries);
        List<TargetIndex.Entry> found = new ArrayList<>();
        for (int row = 0; row < index.size(); row++) {
          found.add(index.entry(row));
          assertThat(index.row(number.applyAsLong(row))).hasValue(row);
        }
        assertThat(found).isEqualTo(entries);
        assertThat(index.row(number.applyAsLong(count))).isEmpty();
      }
    }
    Files.delete(file);
    assertThat(TargetIndex.read(file, "sum").row(0)).isEmpty();
  }

  @Test
  void should_refuse_an_image_that_is_there_twice() {
    assertThatThrownBy(() -> written(entries(6, row -> row % 5)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(file + ": entry 5: expected what was written");
  }
}
