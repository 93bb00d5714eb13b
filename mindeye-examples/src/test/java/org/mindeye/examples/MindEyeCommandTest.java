package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MindEyeCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine mindeye =
      MindEyeCommand.commandLine()
          .addSubcommand(new Failing())
          .addSubcommand(new Missing())
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

  @Test
  void should_say_what_is_wrong_with_a_file() {
    assertThat(mindeye.execute("miss")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly("mindeye miss: NoSuchFileException: gallery.npy");
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
            "train",
            "embed",
            "evaluate-run",
            "retrieve",
            "inspect",
            "convert",
            "forward",
            "doctor");
  }

  @Test
  void should_ask_for_a_command() {
    assertThat(mindeye.execute()).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly("mindeye: no command given (see mindeye --help)");
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
