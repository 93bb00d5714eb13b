// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.BiConsumer;

/** What every trainer says of splits that are for something else. */
public final class SplitUses {
  private SplitUses() {}

  /**
   * Checks what is said.
   *
   * @param trainer of a training and a validation split
   */
  public static <S> void require(BiConsumer<S, S> trainer, S training, S validation, S test) {
    assertThatThrownBy(() -> trainer.accept(training, test))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the test split cannot choose a model");
    assertThatThrownBy(() -> trainer.accept(validation, validation))
        .hasMessage("training split: expected train but was validation");
    assertThatThrownBy(() -> trainer.accept(training, training))
        .hasMessage("validation split: expected validation but was train");
  }
}
