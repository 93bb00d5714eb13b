// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BracePatternTest {
  @Test
  void should_expand_as_a_shell_does() {
    assertThat(BracePattern.expand("train_subj01_{0..17}.tar"))
        .hasSize(18)
        .startsWith("train_subj01_0.tar", "train_subj01_1.tar")
        .endsWith("train_subj01_17.tar");
    assertThat(BracePattern.expand("plain.tar")).containsExactly("plain.tar");
    assertThat(BracePattern.expand("{08..10}")).containsExactly("08", "09", "10");
    assertThat(BracePattern.expand("{a,}{1..2}x")).containsExactly("a1x", "a2x", "1x", "2x");
    assertThat(BracePattern.expand("{3..3}")).containsExactly("3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a{0..1|every brace to be closed and none to be nested",
        "a}b|every brace to be closed and none to be nested",
        "{a,{0..1}}|every brace to be closed and none to be nested",
        "{x}|braces to hold first..last or alternatives with commas",
        "{5..2}|an ascending range of at most 100000 numbers",
        "{0..999999999}|an ascending range of at most 100000 numbers",
        "{0..999}{0..999}|at most 100000 names"
      })
  void should_refuse_what_it_cannot_expand(String pattern, String expected) {
    assertThatThrownBy(() -> BracePattern.expand(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shard pattern '" + pattern + "': expected " + expected);
  }
}
