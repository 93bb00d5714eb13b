// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.core.optim.TinyTraining.gradients;
import static org.mindeye.core.optim.TinyTraining.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class GradientWatchTest {
  private static final StepRates RATES = new StepRates(0.1, 0.9);
  private static final String LOST =
      "two had a gradient and has had none for 25 steps; unless that is intended, a term of the"
          + " loss has lost its graph: toType(), duplicate() and toDevice() cut it";

  @FreshManager private NDManager manager;
  private Parameter one;
  private Parameter two;
  private List<ParameterGroup> groups;

  @BeforeEach
  void open() {
    one = parameter("one", manager.create(new float[] {1, 2, 3}));
    two = parameter("two", manager.create(new float[] {4, 5, 6}));
    groups = List.of(new ParameterGroup("all", List.of(one, two), 0.01));
  }

  private NDArray slope(float... values) {
    return manager.create(values);
  }

  private ParameterGradients both(NDArray first, NDArray second) {
    return gradients(List.of(one, two), first, second);
  }

  private static Map<String, float[]> everything(FusedAdamW optimizer) {
    Map<String, float[]> all = new TreeMap<>();
    optimizer.state().forEach((name, array) -> all.put(name, array.toFloatArray()));
    optimizer.parameters().forEach(p -> all.put(p.getName(), p.getArray().toFloatArray()));
    return all;
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void should_refuse_gradients_that_are_not_finite_and_change_nothing(float bad) {
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      optimizer.step(both(slope(1, 2, 3), slope(1, 1, 1)), RATES);
      Map<String, float[]> before = everything(optimizer);
      assertThatThrownBy(() -> optimizer.step(both(slope(1, 2, 3), slope(1, bad, 1)), RATES))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "the gradients of two hold NaN or infinity; no parameter was changed. Look at the"
                  + " loss and the data of this step; if they are sound, lower the learning rate or"
                  + " clip the gradients");
      assertThat(everything(optimizer)).usingRecursiveComparison().isEqualTo(before);
      assertThatThrownBy(() -> optimizer.step(both(slope(bad, 2, 3), slope(bad, 1, 1)), RATES))
          .hasMessageStartingWith("the gradients of one, two hold NaN or infinity");
    }
  }

  @Test
  void should_name_five_parameters_and_count_the_rest() {
    for (int count : new int[] {5, 6}) {
      List<Parameter> many =
          IntStream.range(0, count)
              .mapToObj(i -> parameter("p" + i, manager.ones(new Shape(3))))
              .toList();
      NDArray[] slopes = many.stream().map(p -> slope(1, Float.NaN, 1)).toArray(NDArray[]::new);
      try (FusedAdamW optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", many, 0)))) {
        assertThatThrownBy(() -> optimizer.step(gradients(many, slopes), RATES))
            .hasMessageStartingWith(
                "the gradients of p0, p1, p2, p3, p4"
                    + (count == 5 ? "" : " and 1 more")
                    + " hold NaN or infinity;");
      }
    }
  }

  /** Clipping scales by limit / norm, which must not hide what made the norm no number. */
  @Test
  void should_refuse_them_after_clipping_too() {
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        ParameterGradients gradients = both(slope(1, 2, 3), slope(1, bad, 1));
        gradients.clipToGlobalNorm(1);
        assertThatThrownBy(() -> optimizer.step(gradients, RATES))
            .isInstanceOf(NotFiniteException.class);
      }
      assertThat(one.getArray().toFloatArray()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void should_refuse_a_norm_that_overflows() {
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      assertThatThrownBy(() -> optimizer.step(both(slope(1, 2, 3), slope(3e38f, 3e38f, 1)), RATES))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageStartingWith("the norm of all gradients overflows; no parameter was changed.");
    }
  }

  @Test
  void should_look_at_nothing_when_disabled() {
    try (FusedAdamW optimizer = FusedAdamW.unchecked(groups)) {
      optimizer.step(both(slope(1, 2, 3), slope(1, Float.NaN, 1)), RATES);
      assertThat(two.getArray().toFloatArray()[1]).isNaN();
      assertThat(one.getArray().toFloatArray()[0]).isEqualTo(0.9f, within(2e-3f));
    }
  }

  /** What is logged goes to the standard error stream in tests. */
  private static String logged(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      System.setErr(stream);
      action.run();
    } finally {
      System.setErr(before);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }

  private void steps(FusedAdamW optimizer, int count, NDArray second) {
    for (int k = 0; k < count; k++) {
      optimizer.step(both(slope(1, 2, 3), second), RATES);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void should_say_once_that_a_parameter_has_lost_its_gradient(boolean missing) {
    NDArray none = missing ? null : slope(0, 0, 0);
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      assertThat(
              logged(
                  () -> {
                    steps(optimizer, 2, slope(1, 0, 0));
                    steps(optimizer, GradientWatch.PATIENCE - 1, none);
                    steps(optimizer, 1, slope(0, 0, 1));
                    steps(optimizer, GradientWatch.PATIENCE - 1, none);
                  }))
          .isEmpty();
      assertThat(logged(() -> steps(optimizer, 1, none))).contains(LOST);
      assertThat(
              logged(
                  () -> {
                    steps(optimizer, 30, none);
                    steps(optimizer, 1, slope(1, 1, 1));
                    steps(optimizer, 30, none);
                  }))
          .isEmpty();
    }
  }

  @Test
  void should_not_miss_gradients_of_what_is_frozen_or_never_had_any() {
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      assertThat(
              logged(
                  () -> {
                    steps(optimizer, 60, null);
                    steps(optimizer, 1, slope(1, 1, 1));
                    optimizer.setFrozen(p -> p == two);
                    steps(optimizer, 60, null);
                    optimizer.setFrozen(p -> false);
                    steps(optimizer, 1, slope(1, 1, 1));
                  }))
          .isEmpty();
    }
  }

  @Test
  void should_leave_nothing_behind() {
    try (FusedAdamW optimizer = FusedAdamW.over(groups)) {
      NDArray good = manager.ones(new Shape(3));
      NDArray bad = slope(1, Float.NaN, 2);
      optimizer.step(both(good, good), RATES);
      LeakCheck.assertNoLeak(() -> optimizer.step(both(good, good), RATES));
      LeakCheck.assertNoLeak(
          () ->
              assertThatThrownBy(() -> optimizer.step(both(good, bad), RATES))
                  .isInstanceOf(NotFiniteException.class));
    }
  }
}
