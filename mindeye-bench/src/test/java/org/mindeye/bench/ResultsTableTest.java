// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;

class ResultsTableTest {
  private static final Machine MACHINE =
      new Machine("Some CPU @ 2 GHz", 2, 24L << 30, "Linux 6.1", "0.36.0", "2.7.1");

  @TempDir Path folder;

  private static List<JmhResult> sample() throws IOException, URISyntaxException {
    return JmhResult.read(Path.of(ResultsTableTest.class.getResource("results.json").toURI()));
  }

  @Test
  void should_compare_with_the_limits_of_the_same_run() throws Exception {
    assertThat(ResultsTable.render(sample(), PeerTimes.none(), MACHINE))
        .isEqualTo(
            """
            Some CPU @ 2 GHz, 2 processors, 24 GiB of memory, Linux 6.1; DJL 0.36.0, libtorch 2.7.1.
            JDK 17.0.15, 2 threads, 3 forks of 5 iterations.

            | benchmark | parameters | time per call | work | rate | share of limit |
            |---|---|---:|---:|---:|---:|
            | MachineLimits.multiply | device=cpu, rows=512 | 1.00 ms | 268 MFLOP | 268 GFLOP/s | 268.4 % |
            | MachineLimits.multiply | device=cpu, rows=4096 | 1.37 s | 137 GFLOP | 100 GFLOP/s | 100.0 % |
            | MachineLimits.read | device=cpu, mebibytes=1024 | 107 ms | 1.07 GB | 10.0 GB/s | 66.7 % |
            | MachineLimits.add | device=cpu, mebibytes=1024 | 215 ± 11.0 ms | 3.22 GB | 15.0 GB/s | 100.0 % |
            | BackboneForward.forward | batch=1, device=cpu, size=PAPER_HIDDEN | 506 ms | 3.79 GB | 7.50 GB/s | 50.0 % |
            | Similarities.cosine | device=cpu, pool=300, width=197376 | 711 ms | 35.5 GFLOP | 50.0 GFLOP/s | 50.0 % |
            | KernelCall.kernel | device=cpu | 7.12 µs |  |  |  |
            | NpyRead.read | numbers=47172 | 126 µs | 189 kB | 1.50 GB/s | 10.0 % |
            | PriorDenoise.prepared | batch=1, device=cpu, prior=PAPER | 1.03 s | 51.6 GFLOP | 50.0 GFLOP/s | 50.0 % |
            | PriorTrainingStep.step | batch=1, checkpointing=true, device=cpu, prior=PAPER | 6.25 s | 156 GFLOP | 25.0 GFLOP/s | 25.0 % |
            """);
  }

  @Test
  void should_show_the_shortest_and_the_longest_of_few() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("few.json"),
            """
            [{"benchmark": "org.mindeye.bench.UnetStep.step", "jdkVersion": "17.0.15", "forks": 2,
              "measurementIterations": 2, "params": {"pass": "ONE", "unet": "PAPER"}, "jvmArgs": [],
              "primaryMetric": {"score": 4.8, "scoreError": 9.1, "scoreUnit": "s/op",
                "rawData": [[4.9, 4.7], [4.75, 4.85]]}}]
            """);
    assertThat(ResultsTable.render(JmhResult.read(file), PeerTimes.none(), MACHINE))
        .contains("| UnetStep.step | pass=ONE, unet=PAPER | 4.80 s (4.70 to 4.90) |");
  }

  @Test
  void should_put_another_program_beside() throws Exception {
    Path file = folder.resolve("peers.csv");
    Files.writeString(
        file,
        """
        # seconds of the other program
        Similarities.cosine, pool=300 width=197376, 0.474
        Similarities.cosine, pool=300 width=768, 0.001
        """);
    assertThat(ResultsTable.render(sample(), PeerTimes.read(file), MACHINE))
        .contains("| share of limit | PyTorch | ratio |\n|---|---|---:|---:|---:|---:|---:|---:|\n")
        .contains("| 711 ms | 35.5 GFLOP | 50.0 GFLOP/s | 50.0 % | 474 ms | 1.50 |\n")
        .contains("| 506 ms | 3.79 GB | 7.50 GB/s | 50.0 % |  |  |\n");
  }

  @Test
  void should_refuse_lines_that_are_no_times() throws IOException {
    Path file = Files.writeString(folder.resolve("peers.csv"), "Similarities.cosine 1.5");
    assertThatThrownBy(() -> PeerTimes.read(file))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            file
                + ": expected 'benchmark, name=value name=value, seconds' but a line is"
                + " 'Similarities.cosine 1.5'");
  }

  @Test
  void should_measure_a_format_by_its_own_limits() throws Exception {
    assertThat(Limits.of("cpu", Precision.BFLOAT16, sample())).isEmpty();
    Map<String, String> half = Map.of("size", "SMALL", "batch", "1", "precision", "BFLOAT16");
    Map<String, String> whole = Map.of("size", "SMALL", "batch", "1", "precision", "FLOAT32");
    Work in16 = Work.of("BackboneForward.forward", half).orElseThrow();
    Work in32 = Work.of("BackboneForward.forward", whole).orElseThrow();
    assertThat(in16).isEqualTo(new Work(in32.flops(), in32.bytes() / 2));
    String training = "BackboneTrainingStep.step";
    assertThat(Work.of(training, half)).isEqualTo(Work.of(training, whole));
  }

  @Test
  void should_leave_shares_empty_without_limits() throws Exception {
    List<JmhResult> others =
        sample().stream().filter(r -> !r.benchmark().equals("MachineLimits.multiply")).toList();

    assertThat(ResultsTable.render(others, PeerTimes.none(), MACHINE))
        .contains("| 711 ms | 35.5 GFLOP | 50.0 GFLOP/s |  |")
        .contains("| 506 ms | 5.65 GFLOP | 11.2 GFLOP/s |  |")
        .doesNotContain("%");
  }

  @Test
  void should_not_take_one_device_for_the_other() throws Exception {
    assertThat(Limits.of("gpu0", Precision.FLOAT32, sample())).isEmpty();
    assertThat(Limits.of("cpu", Precision.FLOAT32, sample())).isPresent();
  }

  @Test
  void should_describe_this_machine() throws IOException {
    Machine here = Machine.here();

    assertThat(here.cpu()).isNotBlank();
    assertThat(here.processors()).isPositive();
    assertThat(here.memoryBytes()).isGreaterThan(1L << 28);
    assertThat(here.system()).startsWith(System.getProperty("os.name"));
    assertThat(here.djl()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(here.libtorch()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void should_say_when_no_number_of_threads_was_set() throws Exception {
    var conditions = new JmhResult.Conditions("17", 1, 1, List.of("-Xmx1g"));
    assertThat(conditions.threads()).isEqualTo("the engine's choice of");
    String option = "-Dai.djl.pytorch.num_threads=";
    conditions = new JmhResult.Conditions("17", 1, 1, List.of(option + 2, option + 4));
    assertThat(conditions.threads()).isEqualTo("4");
  }

  @Test
  void should_refuse_other_files() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{}");
    assertThatThrownBy(() -> JmhResult.read(file))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(file + ": expected the results of JMH (-rf json) but found no list of results");
  }

  @Test
  void should_refuse_throughput() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.json"),
            "[{\"benchmark\": \"a.B.c\", \"primaryMetric\": {\"scoreUnit\": \"ops/s\"}}]");
    assertThatThrownBy(() -> JmhResult.read(file))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            file
                + ": a.B.c: expected a time per call but the unit is 'ops/s'; run JMH with -bm avgt");
  }

  @Test
  void should_want_one_file_of_results() throws IOException {
    Path text = Files.writeString(folder.resolve("text.json"), "no json");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

    assertThat(ResultsTable.run(System.out, err)).isEqualTo(2);
    assertThat(ResultsTable.run(System.out, err, "none.json")).isEqualTo(1);
    assertThat(ResultsTable.run(System.out, err, text.toString())).isEqualTo(1);

    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "ResultsTable: expected the file that JMH wrote with -rf json, and perhaps a file of"
                            + " another program's times"),
            line -> assertThat(line).startsWith("ResultsTable: none.json"),
            line ->
                assertThat(line)
                    .startsWith("ResultsTable: " + text + ": expected the results of JMH"));
  }
}
