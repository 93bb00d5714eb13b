// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphTrialTest {
  @TempDir private Path place;

  private static String run(int code, Object... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    assertThat(GraphTrial.run(out, out, words)).isEqualTo(code);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void should_build_a_gallery_and_search_it() throws Exception {
    Path folder = place.resolve("gallery");
    assertThat(run(0, "build", folder, 600))
        .contains("VECTORS 600", "CODES 600", "GRAPH 600", "published", "vectors.npy")
        .containsPattern("processors +[0-9.]+ s: ");
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    GraphTrial.Searched searched = GraphTrial.search(folder, 9, nowhere);
    assertThat(searched.secondsToOpen()).isPositive();
    assertThat(searched.found())
        .extracting(GraphTrial.Found::candidates)
        .containsExactly(32, 64, 0, 192, 256, 384, 512);
    assertThat(searched.found().get(6).recall()).isBetween(0.95, 1.0);
    assertThat(searched.found()).allMatch(found -> found.queriesPerSecond() > 0);
    assertThat(run(0, "search", folder, 3))
        .contains("opened 600 vectors", "candidates  512: recall@16");
  }

  @Test
  void should_say_what_it_expects() {
    assertThat(run(2))
        .isEqualTo("GraphTrial: expected 'build FOLDER VECTORS' or 'search FOLDER QUERIES'\n");
    assertThat(run(1, "search", place.resolve("none"), 3)).contains("but found no such folder");
    assertThat(run(1, "build", place.resolve("none"), "many")).contains("many");
    assertThat(run(1, "build", place.resolve("none"), 3))
        .contains("expected 256 to 2^31 - 1 vectors");
  }
}
