// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.cli.MindEyeCommand;

/**
 * What libraries say is for a program: they state a fact and the remedy in terms of their methods.
 * The command has a name for each of its options and adds it where it reports.
 */
class LibraryWordsTest {
  /** Modules that have a command line, or are none of the libraries. */
  private static final Set<String> OTHERS =
      Set.of("mindeye-cli", "mindeye-examples", "mindeye-bench", "mindeye-testkit");

  /** Commands that are no words of the field. */
  private static final String NAMES = "quickstart|evaluate-run|doctor";

  private static final Pattern COMMANDS =
      Pattern.compile(
          "(?<![\\w-])--[a-z][\\w-]*"
              + "|\\./mindeye\\b|\\bMINDEYE_[A-Z]+(_[A-Z]+)*"
              + "|\\bmindeye (%s)\\b|\\b(%s)\\b".formatted(String.join("|", commands()), NAMES));

  private static Set<String> commands() {
    return MindEyeCommand.commandLine().getSubcommands().keySet();
  }

  private static List<String> found(String source) {
    return SourceText.of(source).stream()
        .flatMap(text -> COMMANDS.matcher(text).results())
        .map(MatchResult::group)
        .toList();
  }

  private static boolean isLibrary(SourceFile file) {
    return OTHERS.stream().noneMatch(module -> file.path().startsWith(at(module)));
  }

  private static Path at(String module) {
    return Repository.root().resolve(module);
  }

  @Test
  void should_name_no_command_and_no_option_in_a_library() {
    List<SourceFile> libraries =
        Repository.mainSources().stream().filter(LibraryWordsTest::isLibrary).toList();
    assertThat(libraries).hasSizeGreaterThan(200);
    assertThat(libraries)
        .allSatisfy(file -> assertThat(found(file.text())).as(file.typeName()).isEmpty());
  }

  @Test
  void should_know_the_commands_there_are() {
    assertThat(commands()).contains("train", "convert").containsAll(List.of(NAMES.split("\\|")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "String s = \"raise it with --max-expansion\";",
        "/** No prior ({@code --no-prior}): retrieval only. */",
        "// as ./mindeye does",
        "String s = \"call `mindeye convert A B`\";",
        "String s = \"set MINDEYE_JAVA_OPTS\";",
        "String s = \"\"\"\n  the quickstart's subject\n  \"\"\";"
      })
  void should_find_a_command(String source) {
    assertThat(found(source)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "marks[--depth] = 1; char c = '\"'; i--;",
        "import org.mindeye.training.Objective;",
        "/** Folder {@code train/train_subj01}; an option--as others. */",
        "private static final String MINDEYE_DATA = \"the data set\";"
      })
  void should_leave_other_words_alone(String source) {
    assertThat(found(source)).isEmpty();
  }
}
