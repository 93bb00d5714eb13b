// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Optional;

/** Brings the tree of a document to the current schema, record by record. */
final class Migrations {
  private final int from;
  private final int to;

  /**
   * Prepares.
   *
   * @param from the schema of the document
   * @param to the schema wanted
   */
  Migrations(int from, int to) {
    this.from = from;
    this.to = to;
  }

  /** The same tree in the wanted schema; a copy if there is something to do. */
  JsonNode apply(Type type, JsonNode tree) {
    if (from == to) {
      return tree;
    }
    JsonNode copy = tree.deepCopy();
    migrate(type, copy);
    return copy;
  }

  /** What is not of the kind that its type asks for is left for the reader to refuse. */
  private void migrate(Type type, JsonNode node) {
    Optional<Type> element = Records.element(type);
    if (element.isPresent()) {
      if (Records.raw(type) == Optional.class) {
        migrate(element.get(), node);
      } else if (node instanceof ArrayNode || node instanceof ObjectNode) {
        node.forEach(child -> migrate(element.get(), child));
      }
    } else if (Records.isPlain(type) && node instanceof ObjectNode object) {
      Class<?> record = Records.raw(type);
      Migrated migrated = record.getAnnotation(Migrated.class);
      if (migrated != null) {
        Migration migration = made(migrated.by());
        for (int schema = from; schema < to; schema++) {
          migration.migrate(object, schema);
        }
      }
      for (RecordComponent component : record.getRecordComponents()) {
        JsonNode child = object.get(component.getName());
        if (child != null) {
          migrate(component.getGenericType(), child);
        }
      }
    }
  }

  private static Migration made(Class<? extends Migration> type) {
    try {
      Constructor<? extends Migration> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type + ": a migration has a constructor without parameters", e);
    }
  }
}
