// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.formats.tensor.MalformedFileException;

class PrintableTest {
  @Test
  void should_leave_texts_of_any_language_alone() {
    for (String text :
        List.of("", "lin0.0.weight", "größe", "日本", "\uD83E\uDDE0", "می\u200cخواهم", "C:\\u\\x")) {
      assertThat(Printable.line(text)).isSameAs(text);
      assertThat(Printable.text(text)).isSameAs(text);
    }
    assertThat(Printable.text("two\nlines")).isEqualTo("two\nlines");
  }

  @Test
  void should_cut_long_names() {
    assertThat(Printable.name("a\nb")).isEqualTo("a\\u000ab");
    assertThat(Printable.name("x".repeat(100))).isEqualTo("x".repeat(100));
    assertThat(Printable.name("x".repeat(101))).isEqualTo("x".repeat(100) + "…");
  }

  @Test
  void should_spell_what_drives_a_terminal_or_forges_a_line() {
    assertThat(Printable.line("\u001b[2Ja\u009b2J")).isEqualTo("\\u001b[2Ja\\u009b2J");
    assertThat(Printable.line("\u001b]0;title\u0007")).isEqualTo("\\u001b]0;title\\u0007");
    assertThat(Printable.line("a\r\n\tb\b\u007f\u0085"))
        .isEqualTo("a\\u000d\\u000a\\u0009b\\u0008\\u007f\\u0085");
    assertThat(Printable.text("a\r\n\tb")).isEqualTo("a\\u000d\n\\u0009b");
    assertThat(Printable.line("gnp.\u202eexe\u2066\u200f\ufeff"))
        .isEqualTo("gnp.\\u202eexe\\u2066\\u200f\\ufeff");
    assertThat(Printable.line("\u2028\u2029")).isEqualTo("\\u2028\\u2029");
    assertThat(Printable.line("\ud83e")).isEqualTo("\\ud83e");
    assertThat(Printable.line("\udb40\udc41")).isEqualTo("\\udb40\\udc41"); // an invisible tag
  }

  @Test
  void should_be_how_every_exception_of_this_library_speaks() {
    String evil = "x\u001b[2J\u009b\r";
    String forged = evil + "\nmindeye: all is well";
    List<MindEyeException> all =
        List.of(
            new MindEyeException(evil),
            new MindEyeException(evil, new IllegalStateException()),
            new MalformedFileException(forged, forged, evil));
    for (MindEyeException exception : all) {
      assertThat(exception.getMessage())
          .contains("x\\u001b[2J\\u009b\\u000d")
          .doesNotContain("\u001b", "\u009b", "\r", "\nmindeye");
    }
    MalformedFileException malformed = new MalformedFileException(evil, evil, evil);
    assertThat(List.of(malformed.source(), malformed.expected(), malformed.found()))
        .containsOnly("x\\u001b[2J\\u009b\\u000d");
  }
}
