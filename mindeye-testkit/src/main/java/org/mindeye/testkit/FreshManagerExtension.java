// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Sets the fields that are annotated with {@link FreshManager}. */
final class FreshManagerExtension implements BeforeAllCallback, BeforeEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(FreshManagerExtension.class);

  /** A manager that JUnit closes with the context it is kept in. */
  private record Owned(NDManager manager, Field field) implements AutoCloseable {
    @Override
    public void close() {
      int open = LeakCheck.count(manager).managers();
      manager.close();
      if (open > 0) {
        Assertions.fail(
            "%s: %d sub-manager(s) were left open in it; close every scope that is opened in a"
                + " caller's manager",
            name(field), open);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    set(context, context.getRequiredTestClass(), null);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    for (Object test : context.getRequiredTestInstances().getAllInstances()) {
      set(context, test.getClass(), test);
    }
  }

  /** Sets the static fields where there is no test object, the others where there is one. */
  private static void set(ExtensionContext context, Class<?> type, Object test) {
    for (Field field : AnnotationSupport.findAnnotatedFields(type, FreshManager.class)) {
      if (Modifier.isStatic(field.getModifiers()) == (test == null)) {
        require(field);
        Owned owned = new Owned(TestEngine.newManager(), field);
        context.getStore(NAMESPACE).put(field, owned);
        write(field, test, owned.manager);
      }
    }
  }

  private static void require(Field field) {
    if (field.getType() != NDManager.class || Modifier.isFinal(field.getModifiers())) {
      throw new ExtensionConfigurationException(
          "@FreshManager "
              + name(field)
              + ": expected a field of type NDManager that is not final");
    }
  }

  private static void write(Field field, Object test, NDManager manager) {
    try {
      field.setAccessible(true);
      field.set(test, manager);
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException("@FreshManager " + name(field), e);
    }
  }

  private static String name(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }
}
