// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is counted goes through {@code Plural}: no message says "1 epochs" or "2 GPU(s)". Numbers
 * that are always large, written with {@code %,d} or as constants, are exempt.
 */
class PluralRuleTest {
  private static final String NOUNS =
      "(tensors|images|pictures|scenes|epochs|steps|samples|files|rows|entries|trials|voxels|arrays"
          + "|keys|parameters|elements|shards|responses|tokens|ids|layers|heads|blocks|candidates"
          + "|vectors|columns|values|numbers|repeats|draws|batches|axes|characters|timesteps|bytes"
          + "|outputs|letters|slots|pools|forks|iterations)\\b";

  private static final Pattern BOTH = Pattern.compile("\\w\\(e?s\\)");
  private static final Pattern FORMAT = Pattern.compile("%d (\\w+ )?" + NOUNS);

  /** A variable or the end of a call before the noun; the names of numbers are lower case. */
  private static final Pattern SUM =
      Pattern.compile(
          "(?<!\\bkind )(?<![\\w.])((?:\\w+\\.)*[a-z]\\w*(?:\\(\\w*\\)|\\[\\w+\\])?)\\s*\\+\\s*\" "
              + NOUNS);

  /** What stands before a noun and is no number, or no whole one. */
  private static final List<String> WORDS = List.of("split", "each.name", "warmupEpochs");

  private static List<String> found(String source) {
    List<String> found = new ArrayList<>();
    for (String text : SourceText.of(source)) {
      if (text.startsWith("\"")) {
        BOTH.matcher(text).results().map(MatchResult::group).forEach(found::add);
        FORMAT.matcher(text).results().map(MatchResult::group).forEach(found::add);
      }
    }
    SUM.matcher(source)
        .results()
        .map(MatchResult::group)
        .filter(sum -> WORDS.stream().noneMatch(sum::startsWith))
        .forEach(found::add);
    return found;
  }

  @Test
  void should_count_in_english() {
    List<SourceFile> sources =
        Repository.mainSources().stream()
            .filter(file -> !file.typeName().matches("org\\.mindeye\\.(testkit|examples)\\..*"))
            .toList();
    assertThat(sources).hasSizeGreaterThan(200);
    assertThat(sources)
        .allSatisfy(file -> assertThat(found(file.text())).as(file.typeName()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = count + \" GPU(s)\";",
        "a = \"%d tensors\";",
        "a = \"for %d other values\";",
        "a = names.size() + \" tensors without\";",
        "a = \"of \" + shape[0]\n  + \" pictures\";",
        "a = this.trials.length + \" trials\";"
      })
  void should_find_what_is_counted_without_a_plural(String source) {
    assertThat(found(source)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = \"%,d parameters\";",
        "a = \"at most \" + MAX_BYTES + \" bytes\";",
        "a = Magic.MAX_JSON + \" bytes\";",
        "a = Plural.of(n, \"tensor\") + \" that\";",
        "a = \"1 to \" + n + \" samplers\";",
        "// two fork(s)"
      })
  void should_leave_other_texts_alone(String source) {
    assertThat(found(source)).isEmpty();
  }
}
