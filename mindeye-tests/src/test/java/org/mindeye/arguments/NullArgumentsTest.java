// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.architecture.Networks;

/** Each argument of the main entry points, null in turn: one line names it. */
class NullArgumentsTest {
  @TempDir private static Path folder;
  private static Entries entries;

  @BeforeAll
  static void open() throws IOException {
    entries = new Entries(folder);
  }

  @AfterAll
  static void close() {
    entries.close();
  }

  @Test
  void should_be_named() throws Exception {
    List<String> silent = new ArrayList<>();
    int tried = 0;
    int owners = 0;
    for (Class<?> entry : Entries.ALL) {
      for (Executable each : entries.executables(entry)) {
        for (int i = 0; i < each.getParameterCount(); i++) {
          if (isWatched(each, i) && entries.hasSamples(each, i)) {
            tried++;
            Parameter parameter = each.getParameters()[i];
            owners += parameter.getType() == NDManager.class ? 1 : 0;
            String outcome = entries.outcome(each, i, null);
            // The JVM's own words hold names of packages, too: java.nio.file.Path.
            String said = outcome.replaceAll("[\\w.]+\\.\\w+(\\([^)]*\\))?", "");
            if (!said.matches("(?s).*\\b" + parameter.getName() + "\\b.*")) {
              silent.add(
                  entry.getSimpleName() + "." + each.getName() + "(" + parameter + "): " + outcome);
            }
          }
        }
      }
    }
    assertThat(silent).isEmpty();
    assertThat(tried).isGreaterThan(100);
    assertThat(owners).isGreaterThan(12);
  }

  /** A new network is a new line of {@link Entries}. */
  @Test
  void should_be_tried_of_every_network() {
    assertThat(Entries.ALL).extracting(Class::getName).containsAll(Networks.all());
    assertThat(Networks.all()).hasSizeGreaterThan(6);
  }

  /** Where an object is made or opened, everything; where one is used, who is to own the result. */
  private static boolean isWatched(Executable each, int index) {
    boolean entry = each instanceof Constructor || Modifier.isStatic(each.getModifiers());
    Class<?> type = each.getParameterTypes()[index];
    return entry ? !type.isPrimitive() : type == NDManager.class;
  }
}
