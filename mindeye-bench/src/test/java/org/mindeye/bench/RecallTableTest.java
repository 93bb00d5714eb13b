// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallTableTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int print(String... arguments) {
    return RecallTable.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  private List<String> printed() {
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    out.reset();
    return lines;
  }

  private String errors() {
    String lines = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return lines;
  }

  @Test
  void should_find_all_with_as_many_candidates_as_vectors() {
    Path recall = folder.resolve("recall");
    assertThat(print("512", recall.toString())).isZero();
    List<String> table = printed();
    assertThat(table.get(0))
        .matches(
            "512 vectors of 768 numbers in 1 graph, 500 queries, the 16 nearest; built in \\d+ s by"
                + " \\d+ threads?, opened in [0-9.]+ s, [0-9.]+ MB on the disk\\.");
    assertThat(table).hasSize(4 + 2 + 6 + 2);
    assertThat(table.get(4)).matches("\\| exact, all at once \\|  \\| 1\\.0000 \\| \\d+ \\|");
    assertThat(table.get(6)).matches("\\| graph, one by one \\| 16 \\| 0\\.\\d{4} \\| \\d+ \\|");
    assertThat(table.get(11)).startsWith("| graph, one by one | 512 | 1.0000 | ");
    assertThat(errors()).contains("s: VECTORS; ", "s: CODES; ", "s: GRAPH; ");
    assertThat(recall.resolve("queries.npy")).exists();
    assertThat(recall.resolve("gallery-512/part-0001/vectors.npy")).exists();

    assertThat(print("512", recall.toString())).isZero();

    assertThat(printed().get(0)).contains("; built before, opened in ");
    assertThat(errors()).isEmpty();
  }

  @Test
  void should_divide_vectors_among_graphs() {
    assertThat(print("1100", folder.toString(), "600")).isZero();
    assertThat(printed().get(0)).contains("1100 vectors of 768 numbers in 2 graphs, ");
    assertThat(errors()).contains("graph 1 of 2, VECTORS; ", "graph 2 of 2, GRAPH; ");
  }

  @Test
  void should_want_a_number_and_a_folder() {
    for (String count : new String[] {"many", "511", "-1"}) {
      assertThat(print(count, folder.toString())).isEqualTo(2);
    }
    assertThat(print("1000")).isEqualTo(2);
    assertThat(print("1000", folder.toString(), "499")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .hasSize(5)
        .containsOnly(
            "RecallTable: expected a number of vectors from 512 on, a folder, and perhaps how many"
                + " vectors a graph has at most");
  }
}
