// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SubcommandsTest {
  private static final Predicate<String> NONE = name -> false;

  static Set<String> names() {
    return MindEyeCommand.commandLine().getSubcommands().keySet();
  }

  @Test
  void should_list_the_same_commands_without_their_options() {
    CommandLine brief = MindEyeCommand.commandLine(NONE);

    assertThat(brief.getUsageMessage())
        .isEqualTo(MindEyeCommand.commandLine().getUsageMessage())
        .contains("doctor ");
    assertThat(brief.getSubcommands().keySet()).containsExactlyElementsOf(names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void should_know_the_whole_command_that_was_typed(String name) {
    CommandLine typed = MindEyeCommand.commandLine(List.of("help", name)::contains);

    assertThat(typed.getSubcommands().get(name).getUsageMessage())
        .isEqualTo(MindEyeCommand.commandLine().getSubcommands().get(name).getUsageMessage());
    assertThat(typed.getSubcommands().get(name).getCommandSpec().findOption("--help"))
        .as("an option of its own")
        .isNotNull();
  }

  /** The predicate knows a command by the one name that it has. */
  @ParameterizedTest
  @MethodSource("names")
  void should_have_one_name_each(String name) {
    CommandLine command = MindEyeCommand.commandLine().getSubcommands().get(name);

    assertThat(command.getCommandName()).isEqualTo(name);
    assertThat(command.getCommandSpec().aliases()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"trian", "inspct x", "--hlp", "x y", "train --epoch 3", "help xyz"})
  void should_refuse_the_same_with_the_same_words(String call) {
    String[] words = call.split(" ");

    assertThat(refused(MindEyeCommand.commandLine(List.of(words)::contains), words))
        .isEqualTo(refused(MindEyeCommand.commandLine(), words))
        .isNotEmpty();
  }

  private static String refused(CommandLine mindeye, String[] words) {
    StringWriter err = new StringWriter();
    assertThat(MindEyeCommand.printingTo(mindeye, err, err).execute(words)).isEqualTo(2);
    return err.toString();
  }
}
