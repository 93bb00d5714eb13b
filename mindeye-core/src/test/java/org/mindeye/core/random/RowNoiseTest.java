// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class RowNoiseTest {
  private static final int WIDTH = 5;

  private static List<NoiseSource> sources() {
    return List.of(NoiseSource.seeded(1), NoiseSource.seeded(2), NoiseSource.seeded(3));
  }

  /** Two draws, so that the sources move on as they do alone. */
  @Test
  void should_draw_each_row_as_its_source_does_alone() {
    for (BiConsumer<NoiseSource, float[]> draw :
        List.<BiConsumer<NoiseSource, float[]>>of(NoiseSource::normal, NoiseSource::uniform)) {
      NoiseSource rows = NoiseSource.perRow(sources());
      List<NoiseSource> alone = sources();
      for (int time = 0; time < 2; time++) {
        float[] all = new float[3 * WIDTH];
        draw.accept(rows, all);
        for (int i = 0; i < 3; i++) {
          float[] expected = new float[WIDTH];
          draw.accept(alone.get(i), expected);
          assertThat(Arrays.copyOfRange(all, i * WIDTH, (i + 1) * WIDTH)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void should_refuse_what_is_not_of_rows() {
    NoiseSource rows = NoiseSource.perRow(sources());
    assertThatIllegalStateException()
        .isThrownBy(() -> rows.normal(new float[4]))
        .withMessage("noise of 3 rows: expected a draw of as many rows, but was 4 numbers");
    assertThatThrownBy(() -> rows.permutation(3))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("noise of rows: tensors of as many rows only, not a permutation");
    assertThatThrownBy(() -> rows.beta(1, 1, 3))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("noise of rows: tensors of as many rows only, not Beta numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSource.perRow(List.of()))
        .withMessage("rows: expected at least one source but was none");
  }
}
