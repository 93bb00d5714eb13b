// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.cli.MindEyeCommand;
import picocli.CommandLine;

/** Command lines on the pages are ones that this build understands, and show what it prints. */
class CommandLinesTest {
  private static final Pattern OUTPUT = Pattern.compile("<!-- output: \\./mindeye (.*) -->");

  /** Stands in a page for lines that are left out. */
  private static final String LEFT_OUT = "…";

  static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_call_the_command_as_it_is(Page page) {
    for (List<String> words : ShellLines.of(page)) {
      if (words.get(0).equals("./mindeye")) {
        assertThatCode(() -> parse(words)).as("%s in %s", words, page).doesNotThrowAnyException();
      }
    }
  }

  /** A sentence names a command and options, without all that a call needs. */
  @ParameterizedTest
  @MethodSource("pages")
  void should_speak_of_commands_and_options_that_exist(Page page) {
    Map<String, CommandLine> commands = MindEyeCommand.commandLine().getSubcommands();
    for (List<String> words : ShellLines.inSentences(page)) {
      if (words.get(1).matches("[a-z].*")) {
        assertThat(commands).as("%s", page).containsKey(words.get(1));
        for (String word : words) {
          if (word.startsWith("--")) {
            String option = word.replaceFirst("=.*", "");
            assertThat(commands.get(words.get(1)).getCommandSpec().findOption(option))
                .as("%s of %s in %s", option, words.get(1), page)
                .isNotNull();
          }
        }
      }
    }
  }

  private static void parse(List<String> words) {
    MindEyeCommand.commandLine().parseArgs(words.stream().skip(1).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_start_programs_that_exist(Page page) {
    for (List<String> words : ShellLines.of(page)) {
      if (words.get(0).equals("java")) {
        for (String word : words) {
          if (word.startsWith("org.mindeye.")) {
            assertThatCode(() -> Class.forName(word).getMethod("main", String[].class))
                .as("%s in %s", word, page)
                .doesNotThrowAnyException();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_build_modules_that_exist(Page page) {
    List<String> modules =
        Repository.modules().stream().map(module -> module.getFileName().toString()).toList();
    for (List<String> words : ShellLines.of(page)) {
      int list = words.indexOf("-pl") + 1;
      if (words.get(0).equals("mvn") && list > 0) {
        assertThat(modules)
            .as("%s in %s", words, page)
            .contains(words.get(list).replace("!", "").split(","));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_show_what_the_command_prints(Page page) {
    for (Page.Block block : page.blocks()) {
      Matcher mark = OUTPUT.matcher(block.mark());
      if (mark.matches()) {
        List<String> printed = run(mark.group(1)).lines().map(String::stripTrailing).toList();
        assertThat(shown(block.lines(), printed))
            .as("%s: copy what ./mindeye %s prints", page, mark.group(1))
            .isEqualTo(String.join("\n", printed));
      }
    }
  }

  /** What a page shows, with the lines it leaves out put back where that is possible. */
  private static String shown(List<String> lines, List<String> printed) {
    List<String> whole = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean gap = lines.get(i).equals(LEFT_OUT);
      List<String> rest = printed.subList(Math.min(whole.size(), printed.size()), printed.size());
      int skipped =
          i + 1 == lines.size() ? rest.size() : Math.max(0, rest.indexOf(lines.get(i + 1)));
      whole.addAll(gap ? rest.subList(0, skipped) : List.of(lines.get(i)));
    }
    return String.join("\n", whole);
  }

  /** Runs the command on files of the repository, named from its root. */
  private static String run(String words) {
    Path root = Repository.root();
    StringWriter out = new StringWriter();
    CommandLine mindeye = MindEyeCommand.commandLine().setOut(new PrintWriter(out));
    String[] arguments =
        Stream.of(words.split(" "))
            .map(word -> Files.isRegularFile(root.resolve(word)) ? root.resolve(word) : word)
            .map(Object::toString)
            .toArray(String[]::new);
    assertThat(mindeye.execute(arguments)).as(words).isZero();
    return out.toString().replace(root + root.getFileSystem().getSeparator(), "");
  }

  @Test
  void should_show_the_options_of_every_command() {
    Set<String> shown = new TreeSet<>(Set.of("help"));
    for (Page.Block block : Page.named("docs/commands.md").blocks()) {
      Matcher mark = OUTPUT.matcher(block.mark());
      if (mark.matches() && mark.group(1).startsWith("help ")) {
        shown.add(mark.group(1).replaceFirst("help ", ""));
      }
    }

    assertThat(shown)
        .isEqualTo(new TreeSet<>(MindEyeCommand.commandLine().getSubcommands().keySet()));
  }

  @Test
  void should_read_a_line_as_a_shell_does() {
    String line = "OMP_WAIT_POLICY=PASSIVE ./mindeye train --seed '7' > run.yaml   # a comment";

    assertThat(ShellLines.words(line)).containsExactly("./mindeye", "train", "--seed", "7");
    assertThat(ShellLines.words("# a comment")).isEmpty();
  }

  @Test
  void should_put_back_only_what_is_left_out() {
    assertThat(shown(List.of("a", LEFT_OUT, "d"), List.of("a", "b", "c", "d")))
        .isEqualTo("a\nb\nc\nd");
    assertThat(shown(List.of("a", LEFT_OUT), List.of("a", "b"))).isEqualTo("a\nb");
    assertThat(shown(List.of("a", LEFT_OUT, "x"), List.of("a", "b", "d"))).isEqualTo("a\nx");
    assertThat(shown(List.of("b"), List.of("a", "b"))).isEqualTo("b");
  }
}
