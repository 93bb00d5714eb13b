// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

class ColorStatisticsTest {
  @FreshManager private NDManager manager;

  @Test
  void should_subtract_the_mean_and_divide_by_the_deviation_of_each_color() {
    ColorStatistics colors = ColorStatistics.imageNet();
    NDArray images = ParityGenerator.input(manager, 1, new Shape(2, 3, 4, 5), 0.5, 0.5);
    NDArray found = colors.normalize(ImageBatch.of(images));
    assertThat(found.getManager()).isSameAs(manager);
    assertThat(found.getShape()).isEqualTo(images.getShape());
    for (int color = 0; color < 3; color++) {
      float expected =
          (images.getFloat(1, color, 2, 3) - colors.mean().get(color))
              / colors.deviation().get(color);
      assertThat(found.getFloat(1, color, 2, 3)).isEqualTo(expected);
    }
    NDArray doubles = images.toType(DataType.FLOAT64, false);
    assertThat(colors.normalize(ImageBatch.of(doubles)).getDataType()).isEqualTo(DataType.FLOAT64);
  }

  @Test
  void should_leave_nothing_behind() {
    ImageBatch images = ImageBatch.of(manager.ones(new Shape(1, 3, 2, 2)));
    LeakCheck.assertNoLeak(() -> ColorStatistics.imageNet().normalize(images).close());
  }

  @Test
  void should_refuse_what_cannot_be_divided_by() {
    List<Float> mean = List.of(0f, 0.5f, 1f);
    for (List<Float> deviation :
        List.of(List.of(1f, 1f), List.of(1f, 0f, 1f), List.of(1f, -1f, 1f))) {
      assertThatThrownBy(() -> new ColorStatistics(mean, deviation))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "colors: expected three means and three positive deviations but was [0.0, 0.5, 1.0]"
                  + " and "
                  + deviation);
    }
    assertThatThrownBy(() -> new ColorStatistics(List.of(Float.NaN, 0f, 0f), List.of(1f, 1f, 1f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("colors: expected three means");
  }
}
