// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.weights.WeightMismatchException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MindEyeCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine mindeye =
      MindEyeCommand.commandLine()
          .addSubcommand(new Failing())
          .addSubcommand(new Missing())
          .addSubcommand(new Exhausted())
          .addSubcommand(new Unfit())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  /** A subcommand that always fails, with a message of two lines. */
  @Command(name = "fail")
  private static final class Failing implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("gallery.npy: expected [images, width]\n  but was [3]");
    }
  }

  /** A subcommand that misses a file. */
  @Command(name = "miss")
  private static final class Missing implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
      throw new NoSuchFileException("gallery.npy");
    }
  }

  /** A subcommand with batches that are too large. */
  @Command(name = "exhaust")
  private static final class Exhausted implements Runnable {
    @Option(names = "--batch-size")
    private int batch;

    @Override
    public void run() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  /** A subcommand with the weights of another network. */
  @Command(name = "unfit")
  private static final class Unfit implements Runnable {
    @Override
    public void run() {
      List<String> missing = IntStream.rangeClosed(1, 40).mapToObj(i -> "a" + i).toList();
      throw new WeightMismatchException("w.pth", "Net", missing, List.of(), List.of("b"));
    }
  }

  @Test
  void should_say_what_is_wrong_with_a_file() {
    assertThat(mindeye.execute("miss")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly("mindeye miss: gallery.npy: no such file or folder");
  }

  @Test
  void should_print_all_versions() {
    assertThat(mindeye.execute("--version")).isZero();

    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("mindeye \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"),
            line -> assertThat(line).matches("DJL \\d+\\.\\d+\\.\\d+"),
            line -> assertThat(line).matches("libtorch \\d+\\.\\d+\\.\\d+"),
            line -> assertThat(line).isEqualTo("Java " + Runtime.version()));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void should_print_help() {
    assertThat(mindeye.execute("--help")).isZero();

    assertThat(out.toString()).startsWith("Usage: mindeye").contains("--verbose", "fail");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void should_list_every_command() {
    assertThat(MindEyeCommand.commandLine().getSubcommands().keySet())
        .containsExactly(
            "quickstart",
            "describe",
            "prepare",
            "train",
            "train-lowlevel",
            "embed",
            "evaluate-run",
            "retrieve",
            "gallery",
            "reconstruct",
            "evaluate",
            "inspect",
            "convert",
            "forward",
            "world",
            "bench",
            "doctor",
            "help");
  }

  @Test
  void should_print_the_usage_where_nothing_is_asked_for() {
    assertThat(mindeye.execute()).isEqualTo(2);

    assertThat(err.toString()).startsWith("Usage: mindeye").contains("quickstart", "evaluate-run");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void should_help_with_a_command() {
    assertThat(mindeye.execute("help", "train")).isZero();

    assertThat(out.toString())
        .startsWith("Usage: mindeye train")
        .containsSubsequence("--resume", "Recipe:", "--epochs", "Networks:", "--hidden")
        .containsSubsequence("Checkpoints:", "--keep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quikstart | mindeye: there is no command 'quikstart'; did you mean quickstart?",
        "train --epoch 3 | mindeye train: Unknown options: '--epoch', '3'; did you mean --epochs",
        "evalute x | mindeye: there is no command 'evalute'; did you mean evaluate?",
        "xyz | mindeye: there is no command 'xyz', but quickstart, describe, prepare,",
      })
  void should_suggest_what_was_meant(String typed, String said) {
    assertThat(mindeye.execute(typed.split(" "))).isEqualTo(2);

    assertThat(err.toString().lines()).singleElement().asString().startsWith(said);
  }

  @Test
  void should_take_no_empty_text_for_a_path() {
    CommandRun run = CommandRun.of("inspect", "");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("expected a path but found none (an empty text)");
  }

  @Test
  void should_take_a_path_that_begins_with_an_at_sign_as_it_is(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("arguments"), "--help");

    assertThat(mindeye.execute("inspect", "@" + file)).isEqualTo(1);

    assertThat(err.toString()).startsWith("mindeye inspect: @" + file + ": no such file");
  }

  @Test
  void should_say_what_helps_where_memory_ran_out() {
    assertThat(mindeye.execute("exhaust")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches(
            "mindeye exhaust: out of memory: Java heap space; this JVM may use [0-9.]+ GiB,"
                + " give it more: MINDEYE_JAVA_OPTS=-Xmx\\d+g ./mindeye .*"
                + "; or take a smaller --batch-size");
  }

  @Test
  void should_list_all_differences_of_weights_when_asked() {
    assertThat(mindeye.execute("unfit")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "mindeye unfit: w.pth does not fit Net: missing from the file (40): a1, a10, a11,"
                + " … and 37 more; different (1): b");
    assertThat(mindeye.execute("unfit", "--verbose")).isEqualTo(1);
    assertThat(err.toString().lines()).contains("    a1", "    a40", "    a9");
  }

  @Test
  void should_refuse_an_unknown_option_in_one_line() {
    assertThat(mindeye.execute("fail", "--nonsense")).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly("mindeye fail: Unknown option: '--nonsense' (see mindeye fail --help)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void should_say_what_to_set_where_java_cannot_read_a_path() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String typed = "exec \"$0\" -cp \"$1\" \"$2\" inspect \"$(printf 'd\\303\\266r.npy')\"";
    ProcessBuilder child =
        new ProcessBuilder(
            "sh",
            "-c",
            typed,
            java,
            System.getProperty("java.class.path"),
            MindEyeCommand.class.getName());
    child.redirectErrorStream(true).environment().put("LC_ALL", "C");
    Process process = child.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said.lines())
        .singleElement()
        .asString()
        .startsWith("mindeye inspect: Invalid value for positional parameter")
        .contains("Java reads file names as ANSI_X3.4-1968 in this locale: set LC_ALL=C.UTF-8");
  }

  @Test
  void should_report_a_failure_in_one_line() {
    assertThat(mindeye.execute("fail")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly("mindeye fail: gallery.npy: expected [images, width] but was [3]");
  }

  @Test
  void should_print_the_stack_trace_when_asked() {
    assertThat(mindeye.execute("fail", "--verbose")).isEqualTo(1);

    assertThat(err.toString())
        .startsWith("mindeye fail: gallery.npy: expected [images, width] but was [3]")
        .contains("java.lang.IllegalStateException", "at " + Failing.class.getName());
  }
}
