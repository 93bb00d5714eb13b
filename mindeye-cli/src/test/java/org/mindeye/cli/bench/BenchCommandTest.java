// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.child.ChildReport;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir private Path folder;

  private final List<Task> ran = new ArrayList<>();
  private final StringWriter out = new StringWriter();

  /** Says that FLOAT32 takes 40 ms, BFLOAT16 20 ms and INT8_WEIGHTS 10 ms. */
  private ChildReport pretended(Task task) {
    ran.add(task);
    int millis = 40 >> task.precision().ordinal();
    return ChildReport.parse(
        1,
        String.format(
            Locale.ROOT,
            "loading=1073741824%nmillis=%d,%d,%d%npeak=2147483648%nthreads=2%n",
            millis,
            millis,
            2 * millis));
  }

  private List<String> run(Object command, String... arguments) {
    CommandLine line = new CommandLine(command).setOut(new PrintWriter(out));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    assertThat(line.execute(arguments)).isZero();
    return out.toString().lines().toList();
  }

  @Test
  void should_show_a_row_for_every_format_and_gallery() throws IOException {
    Path json = folder.resolve("bench.json");

    List<String> lines =
        run(new LatencyCommand(this::pretended), "--size=small", "--pictures=3", "--json=" + json);

    assertThat(ran)
        .extracting(Task::kind, Task::precision, Task::size, Task::repeat)
        .extracting(Object::toString)
        .containsExactly(
            "(RETRIEVE, FLOAT32, 300, 30)",
            "(RETRIEVE, BFLOAT16, 300, 30)",
            "(RETRIEVE, INT8_WEIGHTS, 300, 30)",
            "(RETRIEVE, FLOAT32, 100000, 30)",
            "(RETRIEVE, BFLOAT16, 100000, 30)",
            "(RETRIEVE, INT8_WEIGHTS, 100000, 30)",
            "(PAINT, FLOAT32, 1, 3)",
            "(PAINT, BFLOAT16, 1, 3)");
    assertThat(lines)
        .contains(
            "one trial to 5 of 100,000 pictures: 1,500 voxels to 17x32 tokens, 2,186,880",
            "  precision               p50          p95    ratio       memory      loading",
            "  FLOAT32            40.00 ms     80.00 ms     1.00     2.00 GiB     1.00 GiB",
            "  INT8_WEIGHTS       10.00 ms     20.00 ms     0.25     2.00 GiB     1.00 GiB")
        .last()
        .isEqualTo(
            "on this machine: --precision INT8_WEIGHTS finds in 0.25 of FLOAT32's time; --precision"
                + " BFLOAT16 paints in 0.50 of FLOAT32's time; threads: 2");
    assertThat(Files.readString(json))
        .contains("\"p50_ms\" : 40.0", "\"memory_bytes\" : 2147483648", "\"threads\" : 2")
        .contains("\"advice\" : \"on this machine: ");
  }

  @Test
  void should_search_large_galleries_with_one_token_as_the_original_does() {
    assertThat(BenchSize.PAPER.searching(300)).isEqualTo(Model.HIDDEN);
    assertThat(BenchSize.PAPER.searching(100_000)).isEqualTo(Model.FINAL);
    assertThat(BenchSize.SMALL.searching(10_000_000)).isEqualTo(Model.SMALL);
  }

  @Test
  void should_show_training_steps_of_each_format() {
    List<String> lines = run(new ThroughputCommand(this::pretended), "--size=small");

    assertThat(ran)
        .extracting(Task::precision)
        .containsExactly(Precision.FLOAT32, Precision.BFLOAT16);
    assertThat(ran).allMatch(task -> task.size() == 32 && task.repeat() == 30);
    assertThat(lines)
        .anyMatch(line -> line.matches(" +precision +p50 +p95 +ratio +memory +loading +a second"))
        .anyMatch(line -> line.matches(" +FLOAT32 +40.00 ms .* 25\\.00"))
        .anyMatch(line -> line.matches(" +BFLOAT16 +20.00 ms .* 50\\.00"))
        .last()
        .isEqualTo(
            "on this machine: --precision BFLOAT16 trains in 0.50 of FLOAT32's time; threads: 2");
  }

  @Test
  void should_leave_out_what_does_not_fit_and_say_so() throws IOException {
    BenchTable table = new BenchTable(new PrintWriter(out), false);
    Task float32 = new Task(Task.Kind.RETRIEVE, "FINAL", Precision.FLOAT32, 300, 1, "cpu");
    List<Task> tasks = Bench.tasks(float32, List.of(Precision.values()));
    long half = Bench.needed(tasks.get(1)).total();
    Bench bench = new Bench(this::pretended, MemoryBudget.of(half, "a test"), table);

    bench.measure("work", tasks);

    assertThat(bench.rows())
        .extracting(Row::precision)
        .containsExactly(Precision.BFLOAT16, Precision.INT8_WEIGHTS);
    assertThat(out.toString())
        .containsPattern(
            "FLOAT32 is left out: needs [0-9.]+ GiB \\(weights .*\\) but [0-9.]+ GiB are available"
                + " \\(a test\\)");
  }

  @Test
  void should_fail_where_nothing_fits() throws IOException {
    BenchTable table = new BenchTable(new PrintWriter(out), false);
    Bench bench = new Bench(this::pretended, MemoryBudget.of(1, "a test"), table);
    bench.measure(
        "work", List.of(new Task(Task.Kind.TRAIN, "SMALL", Precision.BFLOAT16, 4, 1, "cpu")));

    assertThat(ran).isEmpty();
    assertThatThrownBy(bench::rows)
        .hasMessageMatching(
            "nothing was measured: BFLOAT16 needs .* but 0.00 GiB are available \\(a test\\); give"
                + " a smaller --size");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throughput --precision INT8_WEIGHTS | --precision: INT8_WEIGHTS is for inference, integers"
            + " have no gradients; give FLOAT32, BFLOAT16 or both",
        "throughput --precision float16 | --precision: expected one of FLOAT32, BFLOAT16,"
            + " INT8_WEIGHTS but was 'float16'",
        "throughput --batch-size 0 | --batch-size: expected at least 1 but was 0",
        "throughput --repeat 0 | --repeat: expected at least 1 but was 0",
        "latency --size tiny | Invalid value for option '--size': expected one of [SMALL, FINAL,"
            + " PAPER] (case-insensitive) but was 'tiny'",
        "latency --galleries 300,many | --galleries: expected whole numbers, commas between, but"
            + " was '300,many'",
        "latency --galleries 0 | --galleries: expected at least 1 but was 0",
        "latency --pictures -1 | --pictures: expected 0 or more but was -1",
        "latency --pictures 1 --size final | --pictures: give --size small or paper",
        "latency --weights w --size small | --size is for drawn weights: give it or --weights",
        "latency --weights w --pictures 1 | --pictures is for drawn weights: leave out --weights",
        "latency --device gpu63 | device 'gpu63': the engine sees 0 GPUs",
        "'' | expected one of the commands [latency, throughput]",
      })
  void should_refuse_before_any_work(String typed, String said) {
    CommandRun run = CommandRun.of((Object[]) ("bench " + typed).strip().split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(said);
  }

  @Test
  void should_refuse_a_file_that_is_not_there() {
    CommandRun run = CommandRun.of("bench", "latency", "--weights", folder.resolve("w.pth"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("w.pth: no such file");
  }

  /** In this process, whose peak of memory means nothing. */
  @ParameterizedTest
  @EnumSource(Task.Kind.class)
  void should_measure_every_kind_of_work(Task.Kind kind) throws IOException {
    Task task = new Task(kind, "SMALL", Precision.FLOAT32, 6, 2, "cpu");

    var measured = BenchProgram.measure(Task.of(task.arguments().toArray(String[]::new)));

    assertThat(Times.parse(measured.get(BenchProgram.MILLIS)).millis())
        .hasSize(2)
        .allMatch(millis -> millis > 0);
    assertThat(Integer.parseInt(measured.get(BenchProgram.THREADS))).isPositive();
  }

  /** The whole way, with JVMs of their own. */
  @Test
  void should_time_a_trial_on_this_machine() {
    CommandRun run =
        CommandRun.of(
            "bench",
            "latency",
            "--size=small",
            "--galleries=7",
            "--repeat=2",
            "--precision=int8_weights,float32");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("  FLOAT32 +[0-9.]+ ms +[0-9.]+ ms +1\\.00 .*"))
        .anyMatch(line -> line.matches("  INT8_WEIGHTS +[0-9.]+ ms +[0-9.]+ ms .*"))
        .noneMatch(line -> line.contains("BFLOAT16 "))
        .last()
        .asString()
        .startsWith("on this machine: --precision ");
  }

  @Test
  void should_say_why_a_child_failed() throws IOException {
    Path weights = Files.writeString(folder.resolve("w.npz"), "none");
    Task task =
        new Task(Task.Kind.RETRIEVE, Task.file(weights.toString()), Precision.FLOAT32, 3, 1, "cpu");

    assertThatThrownBy(() -> Children.ofThisJava().run(task))
        .hasMessageStartingWith("retrieve in FLOAT32 ended with code 1: ");
  }
}
