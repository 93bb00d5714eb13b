// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.cli.CommandRun;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the help says happens without an option is what giving that value makes: the published
 * numbers are the libraries', and the help cannot keep others.
 */
class DocumentedDefaultsTest {
  private static final String FINAL_LAYER = "--final-layer";

  private static final Pattern NUMBER = Pattern.compile("\\(([0-9][0-9.e-]*)[;:)]");
  private static final Pattern WITH_FINAL_LAYER = Pattern.compile("([0-9.e-]+) with --final-layer");
  private static final Pattern WORD = Pattern.compile("([A-Za-z][A-Za-z0-9_-]*) \\(default\\)");

  /** Freezing nothing still names what would be frozen. */
  private static final Set<String> SAY_MORE = Set.of("--freeze-epochs");

  static Stream<Arguments> defaults() {
    List<Arguments> found = new ArrayList<>();
    for (Object group : List.of(new RecipeOptions(), new ModelOptions(), new SavingOptions())) {
      CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.forAnnotatedObject(group);
      for (OptionSpec option : spec.options()) {
        if (!SAY_MORE.contains(option.longestName())) {
          collect(option, found);
        }
      }
    }
    return found.stream();
  }

  private static void collect(OptionSpec option, List<Arguments> found) {
    String name = option.longestName();
    String text = String.join(" ", option.description());
    boolean ofFinalLayer = name.equals("--prior-text-slots");
    if (option.arity().max() > 0) {
      for (Pattern pattern : List.of(NUMBER, WORD)) {
        Matcher matcher = pattern.matcher(text);
        if (matcher.find()) {
          found.add(Arguments.of(name, matcher.group(1), ofFinalLayer));
        }
      }
      Matcher matcher = WITH_FINAL_LAYER.matcher(text);
      if (matcher.find()) {
        found.add(Arguments.of(name, matcher.group(1), true));
      }
    }
  }

  @Test
  void should_find_what_the_help_says() {
    assertThat(defaults()).hasSizeGreaterThan(30);
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void should_do_without_the_option_what_the_help_says(
      String option, String value, boolean finalLayer) {
    List<String> kind = finalLayer ? List.of(FINAL_LAYER) : List.of();

    assertThat(printed(Stream.concat(kind.stream(), Stream.of(option, value))))
        .isEqualTo(printed(kind.stream()));
  }

  private static String printed(Stream<String> options) {
    CommandRun run =
        CommandRun.of(Stream.concat(Stream.of("train", "--print-config"), options).toArray());
    assertThat(run.err()).isEmpty();
    return run.out();
  }
}
