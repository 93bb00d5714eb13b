// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Turns trees of the current schema into records.
 *
 * @param source names the document in messages
 * @param objects what an object is called in the document's notation
 */
record RecordReader(String source, String objects) {
  private static final String REMEDY =
      "; correct them, or read the document with the version of the library that wrote it";

  /** The value of a type; what a record lacks is taken from the defaults, if there are some. */
  Object read(Type type, JsonNode node, String path, JsonNode defaults) {
    if (Records.isPlain(type)) {
      return record(Records.raw(type), node, path, defaults);
    }
    Optional<Type> element = Records.element(type);
    if (element.isEmpty()) {
      return scalar(Records.raw(type), node, path);
    }
    Class<?> raw = Records.raw(type);
    if (raw == Optional.class) {
      return Optional.of(read(element.get(), node, path, null));
    }
    return raw == List.class ? list(element.get(), node, path) : map(element.get(), node, path);
  }

  private Object record(Class<?> type, JsonNode node, String path, JsonNode defaults) {
    requireFields(type, node, path, defaults != null);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      JsonNode byDefault = defaults == null ? null : defaults.get(name);
      JsonNode value = node.has(name) ? node.get(name) : byDefault;
      boolean absent = value == null || value.isNull();
      Object none = components[i].getType() == Optional.class ? Optional.empty() : null;
      values[i] =
          absent
              ? none
              : read(components[i].getGenericType(), value, within(path, name), byDefault);
    }
    try {
      return Records.made(type, values);
    } catch (RuntimeException e) {
      throw malformed(path, "valid values", String.valueOf(e.getMessage()), e);
    }
  }

  private void requireFields(Class<?> type, JsonNode node, String path, boolean mayMiss) {
    List<String> names = Records.names(type);
    if (!node.isObject()) {
      throw malformed(path, objects + " with the fields " + names, inShort(node), null);
    }
    Set<String> unknown = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(name -> unknown.add(within(path, name)));
    List<String> missing = new ArrayList<>();
    List<String> nulls = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = within(path, component.getName());
      boolean there = unknown.remove(key);
      if (!Records.isOptional(component)) {
        if (!there && !mayMiss) {
          missing.add(key);
        } else if (there && node.get(component.getName()).isNull()) {
          nulls.add(key);
        }
      }
    }
    List<String> wrong = new ArrayList<>();
    note("missing ", missing, wrong);
    note("null for ", nulls, wrong);
    note("unknown ", List.copyOf(unknown), wrong);
    if (!wrong.isEmpty()) {
      throw malformed(path, "the fields " + names, String.join(", ", wrong) + REMEDY, null);
    }
  }

  /** For an object at the root, which may state its schema too. */
  void requireKnown(List<String> names, JsonNode node, String path) {
    if (!node.isObject()) {
      throw malformed(path, objects + " with fields of " + names, inShort(node), null);
    }
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.remove(Document.SCHEMA);
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw malformed(path, "fields of " + names, "unknown " + unknown + REMEDY, null);
    }
  }

  private static void note(String what, List<String> keys, List<String> wrong) {
    if (!keys.isEmpty()) {
      wrong.add(what + keys);
    }
  }

  private Object list(Type element, JsonNode node, String path) {
    if (!node.isArray()) {
      throw malformed(path, "a list", inShort(node), null);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      values.add(element(element, node.get(i), path + "[" + i + "]"));
    }
    return Collections.unmodifiableList(values);
  }

  private Object map(Type element, JsonNode node, String path) {
    if (!node.isObject()) {
      throw malformed(path, objects, inShort(node), null);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    node.properties()
        .forEach(
            field ->
                values.put(
                    field.getKey(),
                    element(element, field.getValue(), within(path, field.getKey()))));
    return Collections.unmodifiableMap(values);
  }

  private Object element(Type type, JsonNode node, String path) {
    if (node.isNull()) {
      throw malformed(path, "a value", "null", null);
    }
    return read(type, node, path, null);
  }

  private Object scalar(Class<?> type, JsonNode node, String path) {
    Optional<Scalar> scalar = Scalar.of(type);
    if (scalar.isPresent()) {
      return scalar
          .get()
          .read(node)
          .orElseThrow(() -> malformed(path, scalar.get().expected(), inShort(node), null));
    }
    try {
      return DocumentWriter.value(node, type);
    } catch (JsonProcessingException e) {
      throw malformed(path, "valid values", e.getOriginalMessage(), e);
    }
  }

  MalformedFileException malformed(String path, String expected, String found, Exception cause) {
    String place = path.isEmpty() ? source : source + ": " + path;
    MalformedFileException error = new MalformedFileException(place, expected, found);
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }

  static String within(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A node in messages, which stay short whatever a file holds. */
  static String inShort(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= 100 ? text : text.substring(0, 100) + " ...";
  }
}
