// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs small test classes; surefire does not take nested static classes for tests. */
class FreshManagerTest {
  private static final List<NDManager> SEEN = new ArrayList<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  private static List<String> failures(Class<?> tests) {
    return run(tests)
        .allEvents()
        .finished()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .map(Throwable::getMessage)
        .toList();
  }

  static class PerTest {
    @FreshManager private NDManager manager;

    @BeforeEach
    void isOpen() {
      manager.create(1f);
    }

    @Test
    void first() {
      SEEN.add(manager);
    }

    @Test
    void second() {
      SEEN.add(manager);
    }

    @AfterEach
    void isStillOpen() {
      assertThat(manager.isOpen()).isTrue();
    }
  }

  @Test
  void should_open_one_for_each_test_and_close_it() {
    LeakCheck.Census before = LeakCheck.census();
    run(PerTest.class).testEvents().assertStatistics(events -> events.succeeded(2).failed(0));
    assertThat(SEEN).hasSize(2).doesNotHaveDuplicates().noneMatch(NDManager::isOpen);
    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  static class PerClass {
    @FreshManager private static NDManager manager;

    @BeforeAll
    static void isOpen() {
      manager.create(1f);
    }

    @Test
    void first() {
      SEEN.add(manager);
    }

    @Test
    void second() {
      SEEN.add(manager);
    }

    @AfterAll
    static void isStillOpen() {
      assertThat(manager.isOpen()).isTrue();
    }
  }

  @Test
  void should_open_one_for_the_class_where_the_field_is_static() {
    run(PerClass.class).testEvents().assertStatistics(events -> events.succeeded(2).failed(0));
    assertThat(SEEN).hasSize(2);
    assertThat(SEEN.get(0)).isSameAs(SEEN.get(1)).matches(manager -> !manager.isOpen());
  }

  static class Outer extends PerTest {
    @Nested
    class Inner {
      @FreshManager private NDManager own;

      @Test
      void third() {
        own.create(1f);
        SEEN.add(own);
      }
    }
  }

  @Test
  void should_serve_superclasses_and_nested_classes() {
    run(Outer.class).testEvents().assertStatistics(events -> events.succeeded(3).failed(0));
    assertThat(SEEN).hasSize(3).doesNotHaveDuplicates().noneMatch(NDManager::isOpen);
  }

  static class Leaving {
    @FreshManager private NDManager manager;

    @Test
    void test() {
      SEEN.add(manager);
      manager.newSubManager().newSubManager();
    }
  }

  @Test
  void should_fail_a_test_that_leaves_scopes_open_and_close_them() {
    LeakCheck.Census before = LeakCheck.census();
    assertThat(failures(Leaving.class))
        .containsExactly(
            "Leaving.manager: 2 sub-manager(s) were left open in it; close every scope that is"
                + " opened in a caller's manager");
    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  static class WrongType {
    @FreshManager private String manager;

    @Test
    void test() {
      assertThat(manager).isNull();
    }
  }

  static class Final {
    @FreshManager private final NDManager manager = null;

    @Test
    void test() {
      assertThat(manager).isNull();
    }
  }

  @Test
  void should_refuse_fields_it_cannot_set() {
    assertThat(failures(WrongType.class))
        .containsExactly(
            "@FreshManager WrongType.manager: expected a field of type NDManager that is not"
                + " final");
    assertThat(failures(Final.class))
        .containsExactly(
            "@FreshManager Final.manager: expected a field of type NDManager that is not final");
  }
}
