// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Scripts put their own options behind common ones: the last one wins, the others stay. */
class RepeatedOptionTest {
  /** The words of every command, the bare {@code mindeye} first. */
  static Stream<List<String>> commands() {
    return below(MindEyeCommand.commandLine(), List.of());
  }

  private static Stream<List<String>> below(CommandLine line, List<String> words) {
    return Stream.concat(
        Stream.of(words),
        line.getSubcommands().entrySet().stream()
            .flatMap(
                sub ->
                    below(
                        sub.getValue(),
                        Stream.concat(words.stream(), Stream.of(sub.getKey())).toList())));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void should_let_the_last_one_win_and_keep_the_others(List<String> words) {
    for (OptionSpec repeated : options(command(MindEyeCommand.commandLine(), words))) {
      CommandLine mindeye = MindEyeCommand.commandLine();
      CommandLine command = command(mindeye, words);
      List<String> typed = new ArrayList<>(words);
      Map<String, Object> expected = new LinkedHashMap<>();
      for (OptionSpec option : options(command)) {
        typed.addAll(typed(option, true));
        expected.put(option.longestName(), value(option, true));
      }
      command.getCommandSpec().positionalParameters().forEach(place -> typed.add("1"));
      typed.addAll(typed(repeated, false));
      expected.put(repeated.longestName(), again(repeated));

      mindeye.parseArgs(typed.toArray(String[]::new));

      Map<String, Object> found = new LinkedHashMap<>();
      options(command).forEach(option -> found.put(option.longestName(), option.getValue()));
      assertThat(found).as("%s", typed).isEqualTo(expected);
    }
  }

  @Test
  void should_see_options_of_every_kind() {
    assertThat(commands().map(words -> String.join(" ", words))).contains("", "train", "forward");
    assertThat(options(command(MindEyeCommand.commandLine(), List.of("train"))))
        .hasSizeGreaterThan(40)
        .anyMatch(OptionSpec::negatable)
        .anyMatch(option -> option.type().isEnum());
  }

  @Test
  void should_train_by_all_the_options_of_a_script_and_the_last_epochs() {
    String typed =
        "train --print-config --batch-size 4 --average 0.9 --max-lr 1e-4 --seed 5 --epochs 6"
            + " --no-prior --hidden 16 --keep 7 --checkpoint-every-steps 3 --hidden 32 --keep 9"
            + " --epochs 60";

    CommandRun run = CommandRun.of((Object[]) typed.split(" "));

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("size: 4", "averageDecay: 0.9", "maximum: 1.0E-4", "seed: 5")
        .contains("epochs: 60", "prior: false", "hidden: 32", "keepNewest: 9", "everySteps: 3");
  }

  private static CommandLine command(CommandLine mindeye, List<String> words) {
    CommandLine found = mindeye;
    for (String word : words) {
      found = found.getSubcommands().get(word);
    }
    return found;
  }

  private static List<OptionSpec> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .toList();
  }

  /** An option as typed, the first time or again. */
  private static List<String> typed(OptionSpec option, boolean first) {
    Object value = value(option, first);
    if (value instanceof List<?> list) {
      return List.of(option.longestName(), list.get(0).toString());
    }
    if (!(value instanceof Boolean yes)) {
      return List.of(option.longestName(), value.toString());
    }
    return List.of(yes ? option.longestName() : "--no-" + option.longestName().substring(2));
  }

  /** What an option is after the second time: what it says then, or both if it takes several. */
  private static Object again(OptionSpec option) {
    Object last = value(option, false);
    return last instanceof List<?> list
        ? Stream.concat(((List<?>) value(option, true)).stream(), list.stream()).toList()
        : last;
  }

  /** What an option is given first or again; the same where there is one value only. */
  private static Object value(OptionSpec option, boolean first) {
    Class<?> type = option.type();
    if (type == boolean.class || type == Boolean.class) {
      return !option.negatable() || first;
    } else if (type.isEnum()) {
      return type.getEnumConstants()[first ? 0 : 1];
    } else if (type == int.class || type == Integer.class) {
      return first ? 3 : 4;
    } else if (type == long.class || type == Long.class) {
      return first ? 3L : 4L;
    } else if (type == double.class || type == Double.class) {
      return first ? 0.5 : 0.25;
    } else if (type == Path.class) {
      return Path.of(first ? "3" : "4");
    } else if (type == List.class) {
      return List.of(Path.of(first ? "3" : "4"));
    } else if (type == String.class) {
      return first ? "3" : "4";
    }
    throw new AssertionError("a type new to this test: " + option);
  }
}
