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

  @Test
  void should_find_all_with_as_many_candidates_as_vectors() {
    Path recall = folder.resolve("recall");
    assertThat(print("512", recall.toString())).isZero();
    List<String> table = printed();
    assertThat(table.get(0))
        .matches(
            "512 vectors of 768 numbers, 500 queries, the 16 nearest; built in \\d+ s by \\d+"
                + " threads\\.");
    assertThat(table).hasSize(4 + 2 + 6);
    assertThat(table.get(4)).matches("\\| exact, all at once \\|  \\| 1\\.0000 \\| \\d+ \\|");
    assertThat(table.get(6)).matches("\\| graph, one by one \\| 16 \\| 0\\.\\d{4} \\| \\d+ \\|");
    assertThat(table.get(11)).startsWith("| graph, one by one | 512 | 1.0000 | ");
    assertThat(recall.resolve("queries.npy")).exists();
    assertThat(recall.resolve("gallery-512/vectors.npy")).exists();

    assertThat(print("512", recall.toString())).isZero();

    assertThat(printed().get(0)).endsWith("; built before.");
  }

  @Test
  void should_want_a_number_and_a_folder() {
    for (String count : new String[] {"many", "499", "-1"}) {
      assertThat(print(count, folder.toString())).isEqualTo(2);
    }
    assertThat(print("1000")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .hasSize(4)
        .containsOnly("RecallTable: expected a number of vectors from 500 on and a folder");
  }
}
