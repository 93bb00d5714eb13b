// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedChartTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int draw(String... arguments) {
    return SpeedChart.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  private static String results() throws URISyntaxException {
    return Path.of(SpeedChartTest.class.getResource("results.json").toURI()).toString();
  }

  @Test
  void should_draw_what_has_a_time_beside_it() throws Exception {
    Path peers = folder.resolve("peers.csv");
    Files.writeString(
        peers,
        """
        Similarities.cosine, pool=300 width=197376, 1.422
        PriorDenoise.prepared, batch=1, 4.12
        """);
    assertThat(draw(results(), peers.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("<svg xmlns=")
        .contains("300 x 300 cosines", "prior, one step, batch 1", ">0.500<", ">0.251<")
        .contains("PyTorch 1")
        .doesNotContain("NpyRead");
  }

  @Test
  void should_want_two_files() throws IOException {
    assertThat(draw("a.json")).isEqualTo(2);
    assertThat(draw("a.json", "b.csv")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "SpeedChart: expected the file that JMH wrote with -rf json, and a file of"
                            + " another program's times"),
            line -> assertThat(line).startsWith("SpeedChart: b.csv"));
  }
}
