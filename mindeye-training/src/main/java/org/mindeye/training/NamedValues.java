// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Numbers by name, in the order they are shown in: the terms of a loss, or the scores of a model.
 *
 * @param values whole numbers are {@link Long}, all others {@link Double}
 */
public record NamedValues(@JsonValue Map<String, Number> values) {
  /** No values: where sums start. */
  public static final NamedValues NONE = new NamedValues(Map.of());

  /** Copies the values. */
  public NamedValues {
    Map<String, Number> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, exact(value)));
    values = Collections.unmodifiableMap(copy);
  }

  private static Number exact(Number value) {
    boolean whole = value instanceof Integer || value instanceof Long;
    return whole ? (Number) value.longValue() : (Number) value.doubleValue();
  }

  /** Reads an object of numbers; those of an object within it become values like the others. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static NamedValues of(JsonNode json) {
    Map<String, Number> values = new LinkedHashMap<>();
    collect(json, values);
    return new NamedValues(values);
  }

  private static void collect(JsonNode json, Map<String, Number> values) {
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      JsonNode value = field.getValue();
      if (value.isObject()) {
        collect(value, values);
      } else {
        values.put(field.getKey(), number(field.getKey(), value));
      }
    }
  }

  private static Number number(String name, JsonNode value) {
    if (value.isNumber()) {
      return value.isIntegralNumber() ? (Number) value.longValue() : (Number) value.doubleValue();
    }
    try {
      return Double.valueOf(value.asText()); // NaN and Infinity are texts in JSON
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": expected a number but was " + value, e);
    }
  }

  /**
   * These values and one more.
   *
   * @param name of the new value, or of one to be replaced
   * @param value the value; whole numbers stay whole
   * @return a changed copy
   */
  public NamedValues with(String name, Number value) {
    Map<String, Number> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new NamedValues(more);
  }

  /**
   * A value.
   *
   * @param name of it
   * @return the value
   * @throws IllegalArgumentException if there is none of that name; says which there are
   */
  public double value(String name) {
    return number(name).doubleValue();
  }

  /** A value that is a whole number if it was written as one. */
  Number number(String name) {
    Number value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value '" + name + "' but " + names());
    }
    return value;
  }

  /**
   * The names.
   *
   * @return in order
   */
  public Set<String> names() {
    return values.keySet();
  }

  /** Adds other values of the same names; everything can be added to no values. */
  NamedValues plus(NamedValues other) {
    if (values.isEmpty()) {
      return other;
    }
    Map<String, Number> sum = new LinkedHashMap<>();
    names().forEach(name -> sum.put(name, value(name) + other.value(name)));
    return new NamedValues(sum);
  }

  NamedValues over(int count) {
    return each(value -> value / count);
  }

  private NamedValues each(DoubleUnaryOperator change) {
    Map<String, Number> changed = new LinkedHashMap<>();
    names().forEach(name -> changed.put(name, change.applyAsDouble(value(name))));
    return new NamedValues(changed);
  }

  /** Whether nothing has been added to a sum: there are no values, or all are 0. */
  boolean isZero() {
    return names().stream().allMatch(name -> value(name) == 0);
  }

  /** For messages: {@code {total=1.5, prior=0.5}}. */
  @Override
  public String toString() {
    return values.toString();
  }
}
