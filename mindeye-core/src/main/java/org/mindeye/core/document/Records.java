// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What reflection says about records and their components. */
final class Records {
  private Records() {}

  static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /** What a list, a map by text or an optional holds; empty for all other types. */
  static Optional<Type> element(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return Optional.empty();
    }
    Type[] arguments = generic.getActualTypeArguments();
    Class<?> raw = raw(type);
    if (raw == List.class || raw == Optional.class) {
      return Optional.of(arguments[0]);
    }
    return raw == Map.class && arguments[0] == String.class
        ? Optional.of(arguments[1])
        : Optional.empty();
  }

  /** Whether this is a record that is an object of its components, and not a value of its own. */
  static boolean isPlain(Type type) {
    return type instanceof Class<?> record
        && record.isRecord()
        && Arrays.stream(record.getRecordComponents())
            .noneMatch(component -> component.getAccessor().isAnnotationPresent(JsonValue.class));
  }

  /** Whether a record says itself how it is written. */
  static boolean hasOwnForm(Class<?> record) {
    return Arrays.stream(record.getDeclaredMethods())
        .anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
  }

  /** Whether a document may lack it. */
  static boolean isOptional(RecordComponent component) {
    return component.isAnnotationPresent(MayBeAbsent.class)
        || component.getType() == Optional.class;
  }

  static List<String> names(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  static Object value(RecordComponent component, Object record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + ": records give their components", e);
    }
  }

  /**
   * Calls the canonical constructor.
   *
   * @throws RuntimeException what the constructor throws
   */
  static Object made(Class<?> record, Object[] values) {
    Class<?>[] types =
        Arrays.stream(record.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = record.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(record.toString(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record + ": records have a canonical constructor", e);
    }
  }
}
