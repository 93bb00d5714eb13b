// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;

/**
 * Whether a JSON tree has every component of a record: what is missing would silently become false,
 * 0 or null.
 */
final class CompleteRecords {
  private CompleteRecords() {}

  /**
   * Looks for the first key that is missing or null.
   *
   * @return its path and what was found; null if everything is there
   */
  static String firstGap(Type type, JsonNode node, String path) {
    if (type instanceof ParameterizedType list && node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        String at = path.substring(0, Math.max(0, path.length() - 1)) + "[" + i + "].";
        String gap = firstGap(list.getActualTypeArguments()[0], node.get(i), at);
        if (gap != null) {
          return gap;
        }
      }
      return null;
    }
    return type instanceof Class<?> record && record.isRecord() && record != NamedValues.class
        ? gapInRecord(record, node, path)
        : null;
  }

  private static String gapInRecord(Class<?> record, JsonNode node, String path) {
    for (RecordComponent component : record.getRecordComponents()) {
      String name = path + component.getName();
      JsonNode value = node.path(component.getName());
      if (value.isMissingNode() || value.isNull()) {
        if (isOptional(record, component)) {
          continue;
        }
        return "'" + name + "', which is " + (value.isNull() ? "null" : "missing");
      }
      String gap = firstGap(component.getGenericType(), value, name + ".");
      if (gap != null) {
        return gap;
      }
    }
    return null;
  }

  private static boolean isOptional(Class<?> record, RecordComponent component) {
    try {
      return record.getDeclaredField(component.getName()).isAnnotationPresent(MayBeAbsent.class);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(record + " has a field for each component", e);
    }
  }
}
