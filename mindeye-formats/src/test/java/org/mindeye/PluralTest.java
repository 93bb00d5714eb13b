// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluralTest {
  @ParameterizedTest
  @CsvSource({
    "tensor, tensors",
    "entry, entries",
    "key, keys",
    "batch, batches",
    "epoch, epochs",
    "axis, axes",
    "other value, other values",
    "GPU, GPUs"
  })
  void should_form_the_plural_of_what_is_counted(String one, String more) {
    assertThat(Plural.of(1, one)).isEqualTo("1 " + one);
    assertThat(Plural.of(0, one)).isEqualTo("0 " + more);
    assertThat(Plural.of(2, one)).isEqualTo("2 " + more);
    assertThat(Plural.of(-1, one)).isEqualTo("-1 " + more);
  }

  @Test
  void should_leave_the_number_to_the_caller() {
    assertThat(Plural.noun(1_000_000, "parameter")).isEqualTo("parameters");
  }
}
