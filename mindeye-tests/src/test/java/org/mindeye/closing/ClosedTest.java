// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.architecture.Networks;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;

/** Closed is final: every call says so, but for what is known without the memory. */
class ClosedTest {
  /** Answers that need no memory. */
  private static final Set<String> KNOWN =
      Set.of(
          "close",
          "config",
          "transformerConfig",
          "space",
          "finalSpace",
          "voxels",
          "latents",
          "batch",
          "width",
          "size",
          "schedule",
          "checkpointsGradients",
          "withSampler",
          "withGuidance",
          "withConfig",
          "withGradientCheckpointing",
          "withUncheckedLoss",
          "lambda",
          "scaled",
          "grid",
          "extractors",
          "hasWeights",
          "dataType",
          "otherNames",
          "trainable",
          "trainableCount",
          "parameterCount",
          "precision",
          "similarity",
          "network",
          "networks",
          "backbone",
          "prior");

  @ParameterizedTest
  @EnumSource(Kind.class)
  void should_be_said_by_every_method(Kind kind) throws Exception {
    Subject subject = kind.open();
    subject.object().close();
    assertThatCode(subject.object()::close).doesNotThrowAnyException();
    List<String> others = new ArrayList<>();
    List<Method> methods = methods(subject.object());
    for (Method method : methods) {
      String outcome = outcome(method, subject.object());
      if (!outcome.contains("is closed; closing is final")) {
        others.add(method.getName() + ": " + outcome);
      }
    }
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      assertThatCode(() -> subject.call().apply(owner))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed; closing is final");
    }
    assertThat(methods).isNotEmpty();
    assertThat(others).isEmpty();
  }

  /** A new network is a new {@link Kind}. */
  @Test
  void should_be_asked_of_every_network() {
    Set<String> asked = new HashSet<>();
    for (Kind kind : Kind.values()) {
      try (AutoCloseable object = kind.open().object()) {
        asked.add(object.getClass().getName());
      } catch (Exception e) {
        throw new AssertionError(kind + " cannot be closed", e);
      }
    }
    assertThat(asked).containsAll(Networks.all());
  }

  /** What this project added to the object, and what DJL calls to give a network weights. */
  private static List<Method> methods(Object object) {
    return Arrays.stream(object.getClass().getMethods())
        .filter(m -> !Modifier.isStatic(m.getModifiers()) && !m.isBridge())
        .filter(
            m ->
                m.getDeclaringClass().getName().startsWith("org.mindeye.")
                    || (object instanceof Network && m.getName().equals("initialize")))
        .filter(m -> !KNOWN.contains(m.getName()))
        .filter(m -> !m.getName().equals("getOutputShapes"))
        .toList();
  }

  /** Without arguments: that the object is closed comes before what is wrong with them. */
  private static String outcome(Method method, Object object) throws IllegalAccessException {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(ClosedTest::nothing).toArray();
    try {
      return "answers " + method.invoke(object, arguments);
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static Object nothing(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
