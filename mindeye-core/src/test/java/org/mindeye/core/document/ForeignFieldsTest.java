// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.formats.tensor.MalformedFileException;

class ForeignFieldsTest {
  private static ForeignFields fields(String json) {
    return ForeignFields.of(Document.parse("c.json", json.replace('\'', '"')));
  }

  @Test
  void should_give_what_is_there_and_else_the_default() {
    ForeignFields fields =
        fields("{'a': {'b': 3}, 'l': [1, 2], 'f': [0.5, 2], 't': ['x'], 'no': null, 'yes': true}");
    assertThat(fields.number("a.b")).isEqualTo(3);
    assertThat(fields.number("no", 4)).isEqualTo(4);
    assertThat(fields.numbers("l")).containsExactly(1, 2);
    assertThat(fields.fractions("f")).containsExactly(0.5, 2.0);
    assertThat(fields.texts("t")).containsExactly("x");
    assertThat(fields.truth("yes", false)).isTrue();
    assertThat(fields.truth("no", true)).isTrue();
    assertThat(fields.text("no", "d")).isEqualTo("d");
    assertThat(fields.fraction("none", 0.25)).isEqualTo(0.25);
    assertThat(List.of(fields.has("a.b"), fields.has("no"), fields.has("a.c")))
        .containsExactly(true, false, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'act': 'silu' | true",
        "'act': null | true",
        "'other': 1 | true",
        "'act': 'relu' | false",
        "'act': ['silu'] | false",
        "'act': 1 | false",
      })
  void should_accept_the_only_supported_text(String field, boolean accepted) {
    ForeignFields fields = fields("{" + field + "}");
    if (accepted) {
      assertThatCode(() -> fields.requireOnly("act", "silu")).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> fields.requireOnly("act", "silu"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith("c.json: expected act silu, the only one that is supported,");
    }
  }

  @Test
  void should_compare_numbers_as_numbers_and_not_texts_with_truths() {
    ForeignFields fields = fields("{'one': 1, 'eps': 0.00001, 'off': false, 'text': 'false'}");
    fields.requireOnly("one", 1.0);
    fields.requireOnly("eps", 1e-5);
    fields.requireOnly("off", false);
    assertThatThrownBy(() -> fields.requireOnly("text", false)).hasMessageContaining("\"false\"");
    assertThatThrownBy(() -> fields.requireOnly("off", true)).hasMessageEndingWith("found false");
  }

  @Test
  void should_refuse_fields_that_might_mean_something() {
    Set<String> known = Set.of("a");
    fields("{'a': 1, '_note': 2, 'off': false, 'none': null}").requireKnown(known);
    assertThatThrownBy(() -> fields("{'a': 1, 'gain': 2}").requireKnown(known))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(
            "c.json: expected fields that this library knows but found 'gain': 2; take it out");
  }
}
